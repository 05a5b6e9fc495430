/**
 * What the page shows for a command of an example, as the text behind `#` of its address.
 *
 * @param line such as `pnpm --filter payment-processing start -- --scenario=failure --set connections=200`
 * @returns undefined for a line that is no run the page could show: another program, the whole story, or a
 *   flag about output
 */
export function stormOfCommand(line: string): string | undefined {
  const [, example = '', rest = ''] =
    /^(?:npx -y pnpm@\d+|pnpm)(?: -s)? --filter (\S+) start -- (.*)$/.exec(line.trim()) ?? [];
  if (example === '') return undefined;
  const scenario = /--scenario=(failure|recovery|scale)\b/.exec(rest)?.[1];
  if (scenario === undefined || /--(?:json|report|trace|implementation)\b/.test(rest))
    return undefined;
  return formatStorm(example, scenario, rest);
}

/**
 * The same for flags alone, which the text of an example's chapter tells to try.
 *
 * @param flags such as `--set connections=200`
 */
export function stormOfFlags(flags: string, example: string): string | undefined {
  if (!/^--(?:set|fault)[ =]\S/.test(flags) || /[<…]/.test(flags)) return undefined;
  return formatStorm(example, 'recovery', flags);
}

function formatStorm(example: string, scenario: string, rest: string): string | undefined {
  const fields = new URLSearchParams({ example, scenario });
  const seed = /--seed[ =](\d+)/.exec(rest)?.[1];
  if (seed !== undefined) fields.set('seed', seed);
  for (const [, name = '', quoted, bare = ''] of rest.matchAll(
    /--(set|fault)[ =](?:'([^']*)'|([^\s'#]+))/g,
  )) {
    fields.append(name, quoted ?? bare);
  }
  if (/--why\b/.test(rest)) fields.set('why', '1');
  return fields.toString();
}
