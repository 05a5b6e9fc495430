import type { Plugin } from 'vitest/config';

/**
 * Sets a rule of an example to hold whatever happens, in memory: its file stays as it is. Its name,
 * title and kind are kept, so that no test can tell but by a system that breaks it.
 *
 * @param file `src/example.ts` of the example, absolute
 */
export function heldRule(file: string, rule: string): Plugin {
  return {
    name: 'held-rule',
    enforce: 'pre',
    transform(code, id) {
      return id.split('?')[0] === file ? { code: withHeldRule(code, rule), map: null } : undefined;
    },
  };
}

/** The code of an `example.ts` whose `rule` always holds. */
export function withHeldRule(code: string, rule: string): string {
  const name = JSON.stringify(rule);
  return `${code}
if (example.rules[${name}] === undefined) throw new RangeError('There is no rule ' + ${name} + '.');
Object.assign(example, {
  rules: {
    ...example.rules,
    [${name}]: {
      ...example.rules[${name}],
      judge: () => ({ holds: true, observed: 'set to hold' }),
    },
  },
});
`;
}
