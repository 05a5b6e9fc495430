import { activeSimulation } from './active.ts';
import { originalMethod } from './host/original.ts';

const realNow = originalMethod(performance, 'now');

/**
 * What the clock reads at the very start: more than nothing, and so little that no sum and no
 * difference shows it. On no machine does it read 0, which caches take for "no time yet" (an entry of
 * lru-cache that was made at 0 would never expire).
 */
const firstMs = Number.MIN_VALUE;

function now(this: unknown): unknown {
  const engine = activeSimulation()?.engine;
  // On any other object the real function throws, as it always does.
  if (engine === undefined || this !== performance) return realNow(this);
  return engine.elapsedMs || firstMs;
}

/** Takes the place of the clock of `performance`: virtual milliseconds since the start. */
export const virtualPerformance = { now } as const;
