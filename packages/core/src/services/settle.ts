import { CallError } from './errors.ts';

/** How a call ended: done, certainly not done, or nobody knows. */
export type CallOutcome<T> =
  | { readonly kind: 'success'; readonly value: T }
  | { readonly kind: 'failure'; readonly error: CallError }
  | { readonly kind: 'unknown'; readonly error: CallError };

/** Turns a call into its outcome. Rejects only with what is not the error of a call: a defect. */
export async function settle<T>(call: PromiseLike<T>): Promise<CallOutcome<T>> {
  try {
    return { kind: 'success', value: await call };
  } catch (error) {
    if (error instanceof CallError) return { kind: error.outcome, error };
    throw error;
  }
}
