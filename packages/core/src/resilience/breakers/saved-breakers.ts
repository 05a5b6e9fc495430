import { checkNumber } from '../option-checks.ts';
import type { SavedCount } from './failure-counter.ts';

/** The state of a set of breakers as plain data, to be kept as JSON and given to the next process. */
export interface SavedBreakers {
  readonly version: 1;
  readonly breakers: readonly SavedBreaker[];
}

/**
 * One breaker. Half-open ones are saved as open with their period over: the probe ends with its
 * process. Isolated ones are not saved: an isolation ends with who holds it.
 */
export type SavedBreaker =
  | { readonly key: string; readonly state: 'closed'; readonly count: SavedCount }
  | {
      readonly key: string;
      readonly state: 'open';
      /** How many times it has opened since it was last closed, from 1. */
      readonly openings: number;
      /** When a probe may pass, in milliseconds since 1970. */
      readonly retryAtMs: number;
    };

/** @throws RangeError that names what in the saved state is no state of breakers. */
export function checkSavedBreakers(saved: SavedBreakers): SavedBreakers {
  if (saved.version !== 1 || !Array.isArray(saved.breakers)) {
    throw new RangeError(
      `saved.version must be 1, with a list of breakers, got version ${String(saved.version)}: ` +
        'give back what `save` gave, or start without it.',
    );
  }
  for (const [index, breaker] of saved.breakers.entries()) {
    const path = `saved.breakers[${index}]`;
    if (typeof breaker.key !== 'string') throw invalid(`${path}.key`, breaker.key);
    if (breaker.state === 'open') {
      checkNumber(`${path}.openings`, breaker.openings, { min: 1, integer: true });
      checkNumber(`${path}.retryAtMs`, breaker.retryAtMs, { min: 0 });
    } else if (breaker.state === 'closed') {
      checkCount(`${path}.count`, breaker.count);
    } else {
      throw invalid(`${path}.state`, breaker);
    }
  }
  return saved;
}

function checkCount(path: string, count: SavedCount): void {
  if (count.kind === 'consecutive') {
    checkNumber(`${path}.failures`, count.failures, { min: 0, integer: true });
  } else if (count.kind === 'ratio' && Array.isArray(count.slices)) {
    for (const { ageMs, calls, failures } of count.slices) {
      checkNumber(`${path}.ageMs`, ageMs, { min: 0 });
      checkNumber(`${path}.calls`, calls, { min: 0, integer: true });
      checkNumber(`${path}.failures`, failures, { min: 0, max: calls, integer: true });
    }
  } else {
    throw invalid(path, count);
  }
}

function invalid(path: string, value: unknown): RangeError {
  return new RangeError(`${path} is none that \`save\` gave, got ${JSON.stringify(value)}`);
}
