import { oneOf } from '../command-line/portable.ts';
import { scenarioNames } from '../scenario/scenario.ts';
import type { RunRequest } from './protocol.ts';

/** What the address bar holds: a link is a storm, and the moment that is looked at. */
export interface Address {
  readonly example: string;
  readonly request: RunRequest;
  /** Virtual milliseconds since the start of the run; without it the page shows when trouble began. */
  readonly atMs?: number;
}

/** The text behind `#`. What is as usual is left out. */
export function formatAddress({ example, request, atMs }: Address): string {
  const { scenario, seed, implementation = [], set, fault, calm, load, why } = request;
  const fields = new URLSearchParams({ example, scenario, seed: String(seed) });
  for (const one of set) fields.append('set', one);
  for (const one of fault) fields.append('fault', one);
  for (const one of implementation) fields.append('implementation', one);
  if (load !== undefined) fields.set('load', load);
  if (calm) fields.set('calm', '1');
  if (why) fields.set('why', '1');
  if (atMs !== undefined) fields.set('at', String(atMs));
  return fields.toString();
}

/**
 * Reads what stands behind `#`. What is missing is as usual.
 *
 * @throws Error (UsageError for the scenario) when a field has a value that it cannot have
 */
export function parseAddress(text: string, examples: readonly string[]): Address {
  const fields = new URLSearchParams(text.replace(/^#/, ''));
  const example = fields.get('example') ?? examples[0] ?? '';
  if (!examples.includes(example)) {
    throw new Error(
      `Failed to read the address: there is no example "${example}". Use one of ${examples.join(', ')}.`,
    );
  }
  const seed = Number(fields.get('seed') ?? 1);
  if (!Number.isInteger(seed) || seed < 0) {
    throw new Error(
      `Failed to read the address: seed=${fields.get('seed') ?? ''} is no seed. Use a whole number from 0.`,
    );
  }
  const implementation = fields.getAll('implementation');
  const load = fields.get('load');
  const request: RunRequest = {
    scenario: oneOf(scenarioNames)('scenario', fields.get('scenario') ?? 'recovery'),
    seed,
    ...(implementation.length > 0 && { implementation }),
    ...(load !== null && { load }),
    set: fields.getAll('set'),
    fault: fields.getAll('fault'),
    calm: fields.get('calm') === '1',
    proof: false,
    why: fields.get('why') === '1',
  };
  const atMs = Number(fields.get('at') ?? Number.NaN);
  return { example, request, ...(atMs >= 0 && atMs < Infinity && { atMs }) };
}
