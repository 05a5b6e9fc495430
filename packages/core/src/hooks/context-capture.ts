/**
 * Runs a function inside a captured asynchronous context. What `AsyncLocalStorage.snapshot()` gives
 * back is one.
 */
export type ContextRunner = <Args extends unknown[], Result>(
  fn: (...args: Args) => Result,
  ...args: Args
) => Result;

/**
 * Captures the emitter's asynchronous context, at each emit. `AsyncLocalStorage.snapshot` is one
 * that keeps everything; `captureStores` of `@firedrill/core/hooks-node` keeps named stores at a
 * hundredth of the cost. Undefined means that there is nothing to keep, which makes the emit
 * cheaper.
 */
export type CaptureContext = () => ContextRunner | undefined;
