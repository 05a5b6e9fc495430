import { neverAborted } from './policy.ts';

/**
 * Waits: resolves after `delayMs` on the global `setTimeout` as it is at the time of the call, so that a
 * simulated clock governs it.
 *
 * @throws The signal's reason, at once, when the signal is aborted; no timer is left behind.
 */
export function sleep(delayMs: number, signal: AbortSignal = neverAborted): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal === neverAborted) {
      // A listener on the one signal shared by all would make removing one a search through all.
      setTimeout(resolve, delayMs);
      return;
    }
    signal.throwIfAborted();
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, delayMs);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
