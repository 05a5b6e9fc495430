import { expect, test } from 'vitest';
import { withHeldRule } from './held-rule.ts';

const code = `const rules = {
  cold: { name: 'cold', kind: 'invariant', title: 'it is cold', judge: () => ({ holds: false }) },
  dark: { name: 'dark', kind: 'objective', title: 'it is dark', judge: () => ({ holds: false }) },
};
export const example = { name: 'night', rules };`;

interface Module {
  readonly example: {
    readonly rules: Readonly<Record<string, { readonly judge: () => { readonly holds: boolean } }>>;
  };
}

const load = async (text: string): Promise<Module> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is the code above
  (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as Module;

test('the rule holds, keeps name, title and kind, and the others are as they were', async () => {
  const { example } = await load(withHeldRule(code, 'dark'));
  expect(example.rules['dark']).toMatchObject({
    name: 'dark',
    kind: 'objective',
    title: 'it is dark',
  });
  expect(example.rules['dark']?.judge().holds).toBe(true);
  expect(example.rules['cold']?.judge().holds).toBe(false);
  expect(Object.keys(example.rules)).toEqual(['cold', 'dark']);
});

test('a rule that is not there is no rule that holds', async () => {
  await expect(load(withHeldRule(code, 'loud'))).rejects.toThrow('There is no rule loud.');
});
