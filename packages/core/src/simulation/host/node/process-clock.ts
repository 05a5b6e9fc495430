import process from 'node:process';

import { activeSimulation } from '../../active.ts';
import { originalMethod } from '../original.ts';

const realHrtime = process.hrtime;
const realUptime = originalMethod(process, 'uptime');

/** Nanoseconds since the start; 1 at the start itself, as no clock of a machine reads 0. */
function virtualNs(nowUs: number): bigint {
  return BigInt(nowUs) * 1000n + 1n;
}

function hrtimeBigint(): bigint {
  const engine = activeSimulation()?.engine;
  return engine === undefined ? realHrtime.bigint() : virtualNs(engine.nowUs);
}

/** Takes the place of `process.hrtime`: counts from the start of the simulation. */
const hrtime = Object.assign(
  (previous?: [number, number]): [number, number] => {
    const engine = activeSimulation()?.engine;
    // The real function refuses what is no time, in Node's own words.
    if (engine === undefined || previous !== undefined) {
      const real = realHrtime(previous);
      if (engine === undefined) return real;
    }
    const nowNs = virtualNs(engine.nowUs);
    const seconds = Number(nowNs / 1_000_000_000n);
    const nanoseconds = Number(nowNs % 1_000_000_000n);
    if (previous === undefined) return [seconds, nanoseconds];
    const borrowed = nanoseconds < previous[1];
    return [
      seconds - previous[0] - (borrowed ? 1 : 0),
      nanoseconds - previous[1] + (borrowed ? 1e9 : 0),
    ];
  },
  { bigint: hrtimeBigint },
);

/** Takes the place of `process.uptime`: virtual seconds since the start. */
function uptime(): unknown {
  const engine = activeSimulation()?.engine;
  return engine === undefined ? realUptime(process) : Number(virtualNs(engine.nowUs)) / 1e9;
}

/** What takes the place of the clocks of `process`. */
export const virtualProcess = { hrtime, uptime } as const;
