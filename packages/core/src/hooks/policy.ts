/**
 * What can be put around a hook: anything that executes a function. The shape is cockatiel's, so
 * its retries, circuit breakers, bulkheads, fallbacks and wrapped combinations plug in as they are.
 *
 * The time limit of the task covers the whole execution, retries and their delays included; its
 * signal is handed to the policy, so that a retry stops when the limit passes.
 */
export interface HookPolicy {
  execute<Result>(
    fn: (context: { readonly signal: AbortSignal }) => PromiseLike<Result> | Result,
    signal?: AbortSignal,
  ): PromiseLike<unknown>;
}
