import { setLongTimer } from './long-timer.ts';
import { LONGEST_TIMER_MS } from './option-checks.ts';
import { neverAborted } from './policy.ts';

/**
 * Waits: resolves after `delayMs` on the global `setTimeout` as it is at the time of the call, so that a
 * simulated clock governs it.
 *
 * @param delayMs In milliseconds; one that is over is none. Any: also more than the 24.8 days that a timer of Node can hold, and
 *   `Infinity`, which only the signal ends.
 * @throws The signal's reason, at once, when the signal is aborted; no timer is left behind.
 * @throws RangeError when `delayMs` is no number.
 */
export function sleep(delayMs: number, signal: AbortSignal = neverAborted): Promise<void> {
  return new Promise((resolve, reject) => {
    if (Number.isNaN(delayMs)) throw new RangeError('delayMs must be a number, got NaN');
    if (signal === neverAborted && delayMs <= LONGEST_TIMER_MS) {
      // A listener on the one signal shared by all would make removing one a search through all.
      setTimeout(resolve, Math.max(0, delayMs));
      return;
    }
    signal.throwIfAborted();
    const onAbort = (): void => {
      timer.clear();
      reject(signal.reason);
    };
    const timer = setLongTimer(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, delayMs);
    if (signal !== neverAborted) signal.addEventListener('abort', onAbort, { once: true });
  });
}
