import { type Backoff, backoffDelayMs, sleep } from '../resilience/index.ts';
import type { CallError } from './errors.ts';
import { settle } from './settle.ts';

export interface CertaintyOptions<T> {
  /** Finds out whether a call took effect: what it would have answered, or `undefined`. */
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
  readonly isFinal?: (error: CallError) => boolean;
  /** Told of each outcome that has to be asked about. */
  readonly onUnknown?: () => void;
}

/**
 * Makes the outcome of a call certain. A time-out says nothing about the effect, so it is asked
 * about, and the call is repeated only when it took none; the call has to carry an idempotency key,
 * which makes even a repetition that crosses its answer harmless. A definite failure that may pass
 * is tried again.
 *
 * @throws CallError when it stays unclear or fails for good: the caller then has to undo, effect or
 *   not.
 */
export async function makeCertain<T>(
  call: () => Promise<T>,
  options: CertaintyOptions<T>,
): Promise<T> {
  const { ask, backoff, random, maxAttempts = 8, maxFailures = 1 } = options;
  const { isFinal = () => false, onUnknown } = options;
  let failures = 0;
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await settle(call());
    if (outcome.kind === 'success') return outcome.value;
    if (outcome.kind === 'failure') {
      failures += 1;
      if (failures === maxFailures || isFinal(outcome.error)) throw outcome.error;
    } else {
      onUnknown?.();
      const answer = await settle(ask());
      if (answer.kind === 'success' && answer.value !== undefined) return answer.value;
    }
    if (attempt === maxAttempts) throw outcome.error;
    await sleep(backoffDelayMs(backoff, attempt, random));
  }
}
