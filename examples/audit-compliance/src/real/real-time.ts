import type { TimeSource } from '@firedrill/core/scenario';
import { createRandom, type Random } from '@firedrill/core/simulation';

/** The machine's own clock and timers in place of virtual ones. Draws are seeded, times are not. */
export const realTime: TimeSource = async ({ seed, onUnhandledRejection }, body) => {
  const sinceMs = performance.now();
  const elapsedMs = (): number => performance.now() - sinceMs;
  const streams = new Map<string, Random>();
  const onRejection = (reason: unknown): void => onUnhandledRejection?.(reason);
  process.on('unhandledRejection', onRejection);
  try {
    const value = await body({
      seed,
      startMs: Date.now(),
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
      real: { setTimeout, clearTimeout, setImmediate, now: () => performance.now() },
    });
    return { value, virtualMs: elapsedMs() };
  } finally {
    process.off('unhandledRejection', onRejection);
  }
};
