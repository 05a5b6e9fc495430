/** What a function that runs under a policy is handed. */
export interface PolicyContext {
  /** Aborted when the caller no longer wants the result. Never aborted when the caller gave none. */
  readonly signal: AbortSignal;
}

/**
 * Something that runs a function in its own way: refuses it, repeats it, delays it. The shape is
 * that of cockatiel's policies, so that theirs and these can stand in for each other.
 */
export interface Policy<Context extends PolicyContext = PolicyContext> {
  /**
   * Runs `fn` and resolves to its result, or rejects with its error or the policy's own.
   *
   * @param signal Ends waiting inside the policy and is handed on to `fn`.
   */
  readonly execute: <T>(
    fn: (context: Context) => PromiseLike<T> | T,
    signal?: AbortSignal,
  ) => Promise<T>;
}

/** Stands for the signal of callers that gave none. One for all, because making one costs 3 us. */
export const neverAborted: AbortSignal = new AbortController().signal;
