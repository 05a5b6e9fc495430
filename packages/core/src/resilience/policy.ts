/** What a function that runs under a policy is handed. */
export interface PolicyContext {
  /** Aborted when the caller no longer wants the result. Never aborted when the caller gave none. */
  readonly signal: AbortSignal;
}

declare const alternative: unique symbol;

/** The key under which a policy carries the type of its alternative. */
export type AlternativeKey = typeof alternative;

/**
 * Something that runs a function in its own way: refuses it, repeats it, delays it. The shape is
 * that of cockatiel's policies, so that theirs and these can stand in for each other.
 *
 * @typeParam Alternative What it may resolve to in place of the function's own result.
 */
export interface Policy<Context extends PolicyContext = PolicyContext, Alternative = never> {
  /** Never there; carries the type, from which `wrap` reads it. */
  readonly [alternative]?: Alternative;
  /**
   * Runs `fn` and resolves to its result, or rejects with its error or the policy's own.
   *
   * @param signal Ends waiting inside the policy and is handed on to `fn`.
   */
  readonly execute: <T>(
    fn: (context: Context) => PromiseLike<T> | T,
    signal?: AbortSignal,
  ) => Promise<T | Alternative>;
}

/** Stands for the signal of callers that gave none. One for all, because making one costs 3 us. */
export const neverAborted: AbortSignal = new AbortController().signal;
