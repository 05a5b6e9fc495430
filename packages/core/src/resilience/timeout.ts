import { CallTimeoutError } from './errors.ts';
import { ObserverTally } from './observer-tally.ts';
import { checkLimit } from './option-checks.ts';
import { neverAborted, type Policy } from './policy.ts';
import { setTimeLimit } from './time-limit.ts';

/** How many ms a call may take, and who hears that it took longer. */
export interface TimeoutOptions {
  /**
   * Longest time that a call may take, in milliseconds; above 0. `Infinity` says that there is no
   * limit.
   */
  readonly timeoutMs: number;
  /** Called for each call that took too long. What it throws or rejects with is counted. */
  readonly onTimeout?: (error: CallTimeoutError) => unknown;
}

/** A time limit as a policy. */
export interface Timeout extends Policy {
  /** Calls of `onTimeout` that threw or rejected. */
  readonly observerFailures: number;
}

/**
 * Makes a policy that waits for a call only so long: then it rejects with CallTimeoutError, and aborts
 * the call's signal with the same error. The call may go on all the same, and its outcome is unknown.
 * An answer that arrived in time counts, also when a blocked event loop kept it from being heard.
 *
 * When the caller's signal is aborted, the call's is, with the same reason; the call decides what
 * becomes of it.
 *
 * @throws RangeError on an option out of range.
 */
export function createTimeout(options: TimeoutOptions): Timeout {
  const { timeoutMs, onTimeout } = options;
  checkLimit('timeoutMs', timeoutMs, { min: 0, exclusiveMin: true });
  const observers = new ObserverTally();

  return {
    get observerFailures() {
      return observers.failures;
    },

    async execute(fn, signal = neverAborted) {
      signal.throwIfAborted();
      const controller = new AbortController();
      const onAbort = (): void => controller.abort(signal.reason);
      if (signal !== neverAborted) signal.addEventListener('abort', onAbort, { once: true });
      let callOff: (() => void) | undefined;
      const late = new Promise<never>((_, reject) => {
        callOff = setTimeLimit(() => {
          const error = new CallTimeoutError(timeoutMs);
          reject(error);
          controller.abort(error);
          observers.tell(onTimeout, error);
        }, timeoutMs);
      });
      try {
        return await Promise.race([fn({ signal: controller.signal }), late]);
      } finally {
        callOff?.();
        if (signal !== neverAborted) signal.removeEventListener('abort', onAbort);
      }
    },
  };
}
