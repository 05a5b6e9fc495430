import { timeSource } from '../hooks/index.ts';

/**
 * Makes a clock in milliseconds that never goes back, for what may outlive a simulation. When another
 * clock comes into force (a simulation has begun or ended), it goes on from its last reading and adds
 * what the other one counts from its own start. Under one clock it is `performance.now()`.
 */
export function createSteadyClock(): () => number {
  let source = timeSource();
  let baseMs = 0;
  let lastMs = 0;
  return () => {
    const now = timeSource();
    if (now !== source) {
      source = now;
      baseMs = lastMs;
    }
    lastMs = Math.max(lastMs, baseMs + performance.now());
    return lastMs;
  };
}
