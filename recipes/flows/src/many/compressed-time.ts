import type { TimeSource } from '@firedrill/core/scenario';
import { createRandom, type Random } from '@firedrill/core/simulation';

/**
 * The machine's own time, run through `speed` times as fast: what takes five minutes in the world of a
 * flow takes fifteen seconds at 20. Timers of this process and `performance.now` follow it for as long
 * as the body runs; `Date` is left alone, because Redis and its workers go by it.
 */
export const compressedTime =
  (speed: number): TimeSource =>
  async ({ seed, start, onUnhandledRejection }, body) => {
    const machineNow = performance.now.bind(performance);
    const sinceMs = machineNow();
    const elapsedMs = (): number => (machineNow() - sinceMs) * speed;
    const streams = new Map<string, Random>();
    const onRejection = (reason: unknown): void => onUnhandledRejection?.(reason);
    process.on('unhandledRejection', onRejection);
    const restore = shortenTimers(speed);
    performance.now = elapsedMs;
    try {
      const value = await body({
        seed,
        startMs: new Date(start).getTime(),
        elapsedMs,
        random(name) {
          const stream = streams.get(name) ?? createRandom(seed, 'named', name);
          streams.set(name, stream);
          return stream;
        },
        blockEventLoop(ms) {
          const untilMs = elapsedMs() + ms;
          while (elapsedMs() < untilMs);
        },
        hold: (work) => work(),
        real: { setTimeout, clearTimeout, setImmediate, now: machineNow },
      });
      return { value, virtualMs: elapsedMs() };
    } finally {
      restore();
      performance.now = machineNow;
      process.off('unhandledRejection', onRejection);
    }
  };

/** What is still waiting when they are restored is given up, as in a simulation. */
function shortenTimers(speed: number): () => void {
  const { setTimeout, setInterval } = globalThis;
  const started = new Set<NodeJS.Timeout>();
  const shortened =
    (timer: typeof setTimeout | typeof setInterval, isOnce: boolean) =>
    (callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
      // Timers come up to a millisecond early by the clock of `performance`: nobody is to see that.
      const handle = timer(
        (...given: unknown[]) => {
          if (isOnce) started.delete(handle);
          callback(...given);
        },
        Math.ceil(ms / speed) + 1,
        ...args,
      );
      started.add(handle);
      return handle;
    };
  Object.assign(globalThis, {
    // `util.promisify(setTimeout)` and the like keep working.
    setTimeout: Object.assign(shortened(setTimeout, true), setTimeout),
    setInterval: shortened(setInterval, false),
  });
  return () => {
    Object.assign(globalThis, { setTimeout, setInterval });
    for (const handle of started) clearTimeout(handle);
  };
}
