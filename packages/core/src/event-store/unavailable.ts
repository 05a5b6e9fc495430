import { EventStoreError } from './errors.ts';

/**
 * What became of the call: `undone`, nothing of it took effect; `unknown`, the answer was lost, and it
 * may have.
 */
export type LostOutcome = 'undone' | 'unknown';

/** The database could not be reached, or was lost on the way. The caller did nothing wrong. */
export class StoreUnavailableError extends EventStoreError {
  readonly code = 'STORE_UNAVAILABLE';
  readonly outcome: LostOutcome;
  /** What went wrong, in a few words. */
  readonly reason: string;

  constructor(reason: string, outcome: LostOutcome, options?: ErrorOptions) {
    const next = {
      undone: 'Nothing was written: try again when it answers.',
      unknown: 'Whether it took effect is not known: look before you repeat it.',
    }[outcome];
    super(`Failed to get an answer from the database: ${reason}. ${next}`, options);
    this.outcome = outcome;
    this.reason = reason;
  }
}

/**
 * The trouble with the database that lies behind an error, if it does: the error itself, or one of its
 * causes, as a handler may have wrapped it.
 */
export function unavailability(error: unknown): StoreUnavailableError | undefined {
  const seen = new Set<unknown>();
  let current = error;
  while (current instanceof Error && !seen.has(current)) {
    if (current instanceof StoreUnavailableError) return current;
    seen.add(current);
    current = current.cause;
  }
  return undefined;
}
