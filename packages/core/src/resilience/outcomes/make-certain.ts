import { type Backoff, backoffDelayMs } from '../backoff.ts';
import { retryAfterMsOf } from '../retry-after.ts';
import { sleep } from '../sleep.ts';
import { settleCall } from './settle.ts';

/** How an unclear call is asked about and repeated, see {@link makeCertain}. */
export interface CertaintyOptions<T> {
  /**
   * Finds out whether a call took effect: what it would have answered, or `undefined`. Called for each
   * outcome that is unknown.
   */
  readonly ask: () => Promise<T | undefined>;
  /** Waits between two attempts. */
  readonly backoff: Backoff;
  /** Uniform in [0, 1), for the jitter of the back-off. */
  readonly random: () => number;
  /** Calls at the most, the first one included. Default: 8. */
  readonly maxAttempts?: number;
  /** Definite failures at the most, before the last of them is final. Default: 1. */
  readonly maxFailures?: number;
  /** Whether the service will say the same again. Default: no failure is final by itself. */
  readonly isFinal?: (error: unknown) => boolean;
  /**
   * Ends the waiting and the asking, not the call: hand it to the call yourself. It then rejects with
   * the last error, which leaves unknown what was unknown.
   */
  readonly signal?: AbortSignal;
}

/** A service that asks to come back later than this is not waited for. */
const longestAskedMs = 300_000;

/**
 * Makes the outcome of a call certain. A time-out says nothing about the effect, so it is asked
 * about, and the call is repeated only when it took none; the call has to carry an idempotency key,
 * which makes even a repetition that crosses its answer harmless. A definite failure that may pass
 * is tried again, when it says or after a back-off.
 *
 * @throws The error of a call when it stays unclear or fails for good: the caller then has to undo,
 *   effect or not. It is an unknown one, as `outcomeOf` reads it, as long as any attempt may have
 *   been performed: that a repetition found nobody there says nothing of the first.
 */
export async function makeCertain<T>(
  call: () => Promise<T>,
  options: CertaintyOptions<T>,
): Promise<T> {
  const { ask, backoff, random, maxAttempts = 8, maxFailures = 1, signal } = options;
  const { isFinal = () => false } = options;
  let failures = 0;
  /** The last attempt that may have been performed, as far as anybody could tell. */
  let unclear: { readonly error: unknown } | undefined;
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await settleCall(call, signal);
    if (outcome.kind === 'success') return outcome.value;
    const { error } = outcome;
    if (outcome.kind === 'failure') {
      failures += 1;
      // What the service will say again, it says of the key, and so of all attempts.
      if (isFinal(error)) throw error;
      if (failures === maxFailures) throw (unclear ?? outcome).error;
    } else {
      unclear = { error };
      if (signal?.aborted === true) throw error;
      const answer = await settleCall(ask, signal);
      if (answer.kind === 'success') {
        if (answer.value !== undefined) return answer.value;
        unclear = undefined;
      }
    }
    if (attempt === maxAttempts || signal?.aborted === true) throw (unclear ?? outcome).error;
    const delayMs = retryAfterMsOf(error) ?? backoffDelayMs(backoff, attempt, random);
    if (delayMs > Math.max(longestAskedMs, backoff.maxMs)) throw (unclear ?? outcome).error;
    await sleep(delayMs, signal).catch(() => {
      throw (unclear ?? outcome).error;
    });
  }
}
