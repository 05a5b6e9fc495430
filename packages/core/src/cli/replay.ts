import { defaultSeed, shellQuoted, startCommand } from '../command-line/portable.ts';
import type { CommandOptions } from './options.ts';

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
    | 'scenario'
    | 'seed'
    | 'implementation'
    | 'fault'
    | 'calm'
    | 'load'
    | 'trace'
    | 'transport'
    | 'why'
    | 'proof'
  >,
  changed: Readonly<Record<string, unknown>>,
): string {
  const { scenario, seed, implementation, fault, calm, load, trace, transport, why, proof } =
    options;
  const flags = [
    ...(scenario === 'story' ? [] : [`--scenario=${scenario}`]),
    `--seed=${seed}`,
    ...(implementation === undefined ? [] : [`--implementation=${implementation.join(',')}`]),
    ...Object.entries(changed).map(([key, value]) => `--set=${key}=${String(value)}`),
    ...fault.map((spec) => `--fault=${spec}`),
    ...(calm ? ['--calm'] : []),
    ...(load === undefined ? [] : [`--load=${load}`]),
    ...(trace === undefined ? [] : [`--trace=${trace}`]),
    ...(transport === 'in-process' ? [] : [`--transport=${transport}`]),
    ...(why ? ['--why'] : []),
    ...(proof ? [] : ['--no-proof']),
  ];
  return [startCommand(name), ...flags.map(shellQuoted)].join(' ');
}

/** The command to try next; a seed that was chosen is kept, so that it is the same storm. */
export function nextCommand(name: string, next: string, seed: number): string {
  const keep = seed === defaultSeed ? '' : ` --seed=${seed}`;
  return `${startCommand(name)} ${next}${keep}`;
}
