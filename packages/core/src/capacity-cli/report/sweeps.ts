import { type PoolLoad, predictPool } from '../../capacity/index.ts';
import type { PlanResult } from '../plan-result.ts';

/** One line of a chart: what is dropped, and how long the rest waits, over the sweep. */
export interface SweepLine {
  readonly label: string;
  readonly dropRatio: readonly number[];
  readonly meanWaitMs: readonly number[];
  readonly waitP99Ms: readonly number[];
}

/** Predictions over a range of loads, or of workers. */
export interface Sweep {
  readonly id: 'load' | 'workers';
  readonly title: string;
  readonly label: string;
  /** Events a second, or workers. */
  readonly x: readonly number[];
  /** Where the plan stands. */
  readonly chosen: number;
  readonly lines: readonly SweepLine[];
}

const steps = 32;

/** From a quarter of the load to half above what the largest pool can carry, each pool a line. */
export function loadSweep({ load, pools }: PlanResult): Sweep {
  const highest = Math.max(...pools.map(({ maxRatePerSecond }) => maxRatePerSecond));
  const atPeak = load.ratePerSecond * load.peakMultiplier;
  const from = atPeak / 4;
  const to = Math.max(1.5 * highest, 1.2 * atPeak);
  const x = Array.from({ length: steps }, (_, step) => from + ((to - from) * step) / (steps - 1));
  return {
    id: 'load',
    title: 'Against load',
    label: 'events a second',
    x,
    chosen: atPeak,
    lines: pools.map(({ title, workers, queueSize }) =>
      line(
        `${title}: ${workers} workers, queue ${queueSize}`,
        x.map((ratePerSecond) => ({ ...load, ratePerSecond, workers, queueSize })),
      ),
    ),
  };
}

/** From half of the load's workers to half above the plan's, at the usual rate and at the peak. */
export function workersSweep({ load, pools, burst, chosen }: PlanResult): Sweep {
  const pool = pools.find(({ id }) => id === chosen) ?? pools[0];
  const workers = pool?.workers ?? 1;
  const from = Math.max(1, Math.floor(workers / 3));
  const to = Math.ceil(1.5 * workers) + 2;
  const stride = Math.max(1, Math.ceil((to - from) / steps));
  const x = Array.from(
    { length: Math.floor((to - from) / stride) + 1 },
    (_, step) => from + step * stride,
  );
  // The chosen number must be among them, for its mark to lie on the line.
  if (!x.includes(workers)) x.splice(x.filter((value) => value < workers).length, 0, workers);
  const rates =
    load.peakMultiplier === 1
      ? [['', 1]]
      : [
          ['usual rate', 1],
          ['peak', load.peakMultiplier],
        ];
  return {
    id: 'workers',
    title: 'Against workers',
    label: `workers, with ${burst.factor} queue places each`,
    x,
    chosen: workers,
    lines: rates.map(([name, factor]) => {
      const ratePerSecond = load.ratePerSecond * Number(factor);
      return line(
        `${name === '' ? 'at' : `${name},`} ${Math.round(ratePerSecond).toLocaleString('en-US')} events a second`,
        x.map((count) => ({
          ...load,
          ratePerSecond,
          workers: count,
          queueSize: count === workers ? (pool?.queueSize ?? 0) : Math.floor(count * burst.factor),
        })),
      );
    }),
  };
}

function line(label: string, loads: readonly PoolLoad[]): SweepLine {
  const predictions = loads.map((load) => predictPool(load));
  return {
    label,
    dropRatio: predictions.map(({ dropRatio }) => dropRatio),
    meanWaitMs: predictions.map(({ meanWaitMs }) => meanWaitMs),
    waitP99Ms: predictions.map(({ waitP99Ms }) => waitP99Ms),
  };
}
