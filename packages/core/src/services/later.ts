import { setLongTimer } from '../resilience/index.ts';

/** The longest delay of `setTimeout`, which takes a longer one for 1 ms. */
const longestTimerMs = 2_147_483_647;

/** As `setTimeout`, for any delay; `Infinity` is never. What a service does later cannot be taken back. */
export function later<Args extends unknown[]>(
  callback: (...args: Args) => void,
  delayMs: number,
  ...args: Args
): void {
  if (delayMs <= longestTimerMs) setTimeout(callback, delayMs, ...args);
  else setLongTimer(() => callback(...args), delayMs);
}
