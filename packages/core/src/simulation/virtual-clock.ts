import { activeSimulation } from './active.ts';
import { real } from './real.ts';

/** Takes the place of `performance.now`: virtual milliseconds since the start. */
export function performanceNow(): number {
  return activeSimulation()?.engine.elapsedMs ?? real.performanceNow();
}

function hrtimeBigint(): bigint {
  const engine = activeSimulation()?.engine;
  return engine === undefined ? real.hrtime.bigint() : BigInt(engine.nowUs) * 1000n;
}

/** Takes the place of `process.hrtime`: counts from the start of the simulation. */
export const hrtime = Object.assign(
  (previous?: [number, number]): [number, number] => {
    const engine = activeSimulation()?.engine;
    if (engine === undefined) return real.hrtime(previous);
    const seconds = Math.floor(engine.nowUs / 1e6);
    const nanoseconds = (engine.nowUs % 1e6) * 1000;
    if (previous === undefined) return [seconds, nanoseconds];
    const borrowed = nanoseconds < previous[1];
    return [
      seconds - previous[0] - (borrowed ? 1 : 0),
      nanoseconds - previous[1] + (borrowed ? 1e9 : 0),
    ];
  },
  { bigint: hrtimeBigint },
);
