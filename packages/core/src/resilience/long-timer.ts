import { LONGEST_TIMER_MS } from './option-checks.ts';

/** A timer for any delay. */
export interface LongTimer {
  readonly clear: () => void;
}

/**
 * `setTimeout` without its longest delay, beyond which Node fires after 1 ms: a longer one is waited
 * for in legs, and `Infinity` for ever, without a timer. The global timers are read at each leg, so
 * that a simulated clock governs them.
 */
export function setLongTimer(callback: () => void, delayMs: number): LongTimer {
  if (delayMs <= LONGEST_TIMER_MS) {
    const only = setTimeout(callback, Math.max(0, delayMs));
    return { clear: () => clearTimeout(only) };
  }
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = (restMs: number): void => {
    const legMs = Math.min(restMs, LONGEST_TIMER_MS);
    timer = setTimeout(() => {
      if (restMs > legMs) wait(restMs - legMs);
      else callback();
    }, legMs);
  };
  if (delayMs < Infinity) wait(delayMs);
  return { clear: () => clearTimeout(timer) };
}
