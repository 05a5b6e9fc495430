import { ObserverTally } from './observer-tally.ts';
import { neverAborted, type Policy, type PolicyContext } from './policy.ts';

/** What a fallback is handed. */
export interface FallbackContext extends PolicyContext {
  /** What the call failed with. Its outcome, as `outcomeOf` reads it, may be unknown. */
  readonly error: unknown;
}

/** What is answered in place of a failure, and of which failures. */
export interface FallbackOptions<Alternative> {
  /** Gives what stands in for the result; what it throws or rejects with reaches the caller. */
  readonly fallback: (context: FallbackContext) => PromiseLike<Alternative> | Alternative;
  /**
   * Whether the fallback stands in for an error. Default: for every error. What the caller cancelled
   * needs nothing to stand in for it, and rejects as it is.
   */
  readonly isHandled?: (error: unknown) => boolean;
  /** Called each time the fallback is used. What it throws or rejects with is counted. */
  readonly onFallback?: (error: unknown) => unknown;
}

/** A fallback as a policy. */
export interface Fallback<Alternative> extends Policy<PolicyContext, Alternative> {
  /** Calls of `onFallback` that threw or rejected. */
  readonly observerFailures: number;
}

/**
 * Makes a policy that resolves to something else when a call fails: a cached answer, a decline, a
 * default. Put it outermost, or what it hides is not seen by a breaker.
 */
export function createFallback<Alternative>(
  options: FallbackOptions<Alternative>,
): Fallback<Alternative> {
  const { fallback, isHandled = () => true, onFallback } = options;
  const observers = new ObserverTally();

  return {
    get observerFailures() {
      return observers.failures;
    },

    async execute(fn, signal = neverAborted) {
      signal.throwIfAborted();
      try {
        return await fn({ signal });
      } catch (error) {
        if (signal.aborted || !isHandled(error)) throw error;
        observers.tell(onFallback, error);
        return fallback({ error, signal });
      }
    },
  };
}
