import type { CommandOptions } from './options.ts';
import { defaultSeed } from './seed.ts';

/** The beginning of every command that starts this example. */
export const startCommand = (name: string): string => `pnpm --filter ${shellQuoted(name)} start --`;

/**
 * The shortest command that gives the same record: what differs from the defaults, and the seed
 * always. How the run was shown (`--json`, `--speed`, `--report`) is left out; it changes no record.
 *
 * @param changed settings that differ from their defaults
 */
export function replayCommand(
  name: string,
  options: Pick<
    CommandOptions,
    'scenario' | 'seed' | 'implementation' | 'fault' | 'trace' | 'transport'
  >,
  changed: Readonly<Record<string, unknown>>,
): string {
  const { scenario, seed, implementation, fault, trace, transport } = options;
  const flags = [
    ...(scenario === 'story' ? [] : [`--scenario=${scenario}`]),
    `--seed=${seed}`,
    ...(implementation === undefined ? [] : [`--implementation=${implementation}`]),
    ...Object.entries(changed).map(([key, value]) => `--set=${key}=${String(value)}`),
    ...fault.map((spec) => `--fault=${spec}`),
    ...(trace === undefined ? [] : [`--trace=${trace}`]),
    ...(transport === 'in-process' ? [] : [`--transport=${transport}`]),
  ];
  return [startCommand(name), ...flags.map(shellQuoted)].join(' ');
}

/** The command to try next; a seed that was chosen is kept, so that it is the same storm. */
export function nextCommand(name: string, next: string, seed: number): string {
  const keep = seed === defaultSeed ? '' : ` --seed=${seed}`;
  return `${startCommand(name)} ${next}${keep}`;
}

/** One word of a POSIX shell. Quoted only when the shell would read it otherwise. */
export function shellQuoted(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
