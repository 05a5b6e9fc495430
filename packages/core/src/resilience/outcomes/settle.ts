import { type FailureOutcome, outcomeOf } from './outcome-of.ts';

/** How a call ended: done, certainly not done, or nobody knows. */
export type CallOutcome<T> =
  | { readonly kind: 'success'; readonly value: T }
  | { readonly kind: FailureOutcome; readonly error: unknown };

/**
 * Turns a call into its outcome. Rejects only with what is not the error of a call: a defect.
 *
 * @param signal What the call was cancelled by: when it rejects with the reason, whatever that is,
 *   the outcome is unknown.
 */
export function settle<T>(call: PromiseLike<T>, signal?: AbortSignal): Promise<CallOutcome<T>> {
  return settleCall(() => call, signal);
}

/** The same for a call that is still to be made, and may throw at once. */
export async function settleCall<T>(
  call: () => PromiseLike<T>,
  signal?: AbortSignal,
): Promise<CallOutcome<T>> {
  try {
    return { kind: 'success', value: await call() };
  } catch (error) {
    const isCancelled = signal?.aborted === true && error === signal.reason;
    const outcome = isCancelled ? 'unknown' : outcomeOf(error);
    if (outcome === undefined) throw error;
    return { kind: outcome, error };
  }
}
