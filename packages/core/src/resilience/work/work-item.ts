/** Work that was promised, as it is kept. Plain data, so that any store can hold it. */
export interface WorkItem<Payload> {
  /** Unique; also the idempotency key for the receiver, who may get the same work twice. */
  readonly id: string;
  /** Whom it is for: a merchant, a downstream. */
  readonly key: string;
  /** What is to be done, as plain data. */
  readonly payload: Payload;
  /** When it was promised, in milliseconds since 1970. */
  readonly promisedAtMs: number;
  /** Attempts so far. */
  readonly attempts: number;
  /** When the next one is due, in milliseconds since 1970. */
  readonly dueAtMs: number;
  /** What the last attempt failed with, in words. */
  readonly lastError?: string;
  /** Set once it was given up: it is a dead letter. */
  readonly death?: WorkDeath;
}

/** Why and when an item was given up. */
export interface WorkDeath {
  readonly reason: WorkDeathReason;
  /** When, in milliseconds since 1970. */
  readonly atMs: number;
}

/**
 * - `attempts-exhausted`: it failed as often as it may.
 * - `expired`: it is older than it may get.
 * - `final`: the receiver will say the same again. Only somebody who knows better replays it.
 */
export type WorkDeathReason = 'attempts-exhausted' | 'expired' | 'final';

/** An error in words, for an item that outlives it. */
export function inWords(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
