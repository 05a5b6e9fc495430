import { nextTurn } from '../hooks/index.ts';
import { type LongTimer, setLongTimer } from './long-timer.ts';

/** A timer that fires this late was kept waiting by more than its own imprecision. */
const ordinaryDelayMs = 5;

/**
 * How long the event loop is given to catch up after it was blocked: as long as it was late, but at
 * least this long, since one answer takes several turns, and at most a second, or a laptop that wakes
 * up would wait as long as it slept.
 */
const minCatchUpMs = 25;
const maxCatchUpMs = 1_000;

/**
 * How long to wait before a limit that has passed is enforced, in milliseconds. Timers run before
 * I/O: after a stall of the event loop there are answers that arrived in time and were not heard yet.
 */
export function catchUpMs(lateMs: number): number {
  if (lateMs <= ordinaryDelayMs) return 0;
  return Math.min(maxCatchUpMs, Math.max(minCatchUpMs, lateMs));
}

/**
 * Calls back when `limitMs` have passed and what arrived in time has been heard: a turn of the event
 * loop later, and more if it was blocked. Gives back what calls it off.
 *
 * @param limitMs In milliseconds; any, and `Infinity` is no limit.
 */
export function setTimeLimit(callback: () => void, limitMs: number): () => void {
  const dueMs = performance.now() + limitMs;
  let isOff = false;
  const enforce = (): void => {
    nextTurn(() => {
      if (!isOff) callback();
    });
  };
  let timer: LongTimer = setLongTimer(() => {
    const restMs = catchUpMs(performance.now() - dueMs);
    if (restMs === 0) enforce();
    else timer = setLongTimer(enforce, restMs);
  }, limitMs);
  return () => {
    isOff = true;
    timer.clear();
  };
}
