import type { Counter, Gauge, Histogram, Measures } from './measure.ts';
import { known } from './measure.ts';
import { type HistogramState, type MeterState, percentileOf, windowMs } from './meter.ts';

/** What a counter came to. */
export interface CounterReading {
  /** Sum over the phase. */
  readonly total: number;
}

/** What a gauge was. */
export interface GaugeReading {
  /** The highest value at the end of a second; 0 when there was none. */
  readonly peak: number;
  /** The value at the end of the last second. */
  readonly last: number;
}

/** What a histogram holds, in its unit. Of no observations there is no figure: `undefined`. */
export interface HistogramReading {
  readonly count: number;
  readonly p50: number | undefined;
  readonly p95: number | undefined;
  readonly p99: number | undefined;
  readonly mean: number | undefined;
  readonly max: number | undefined;
  /** A percentile from 0 to 100. @throws RangeError for any other. */
  percentile(percentile: number): number | undefined;
  /** The five minutes with the highest percentile. */
  worstWindow(percentile: number): WindowReading | undefined;
}

/** A percentile of one window of five minutes that has observations. */
export interface WindowReading {
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
  readonly value: number;
  /**
   * What some window's percentile and three of its observations are at the least. Of fewer than three hundred, the 99th
   * percentile is one of the two highest, and one or two are chance.
   */
  readonly atLeast: number;
}

/** Readings of declared measurements, by name. */
export type Measured<M extends Measures> = {
  readonly [Name in keyof M]: M[Name] extends Counter
    ? CounterReading
    : M[Name] extends Gauge
      ? GaugeReading
      : M[Name] extends Histogram
        ? HistogramReading
        : never;
};

/** The percentiles of one second of a histogram; `undefined` when nothing was observed in it. */
export interface SecondReading {
  readonly count: number;
  readonly p50: number | undefined;
  readonly p95: number | undefined;
  readonly p99: number | undefined;
}

/** What was measured in one second: what a counter gained, a gauge's value, percentiles. */
export type Second<M extends Measures> = {
  readonly [Name in keyof M]: M[Name] extends Histogram ? SecondReading : number;
};

/** Reads what a meter has kept; live, so that it may be asked at any time. */
export function readMeter<M extends Measures>(measures: M, state: MeterState): Measured<M> {
  const readings: Record<string, CounterReading | GaugeReading | HistogramReading> = {};
  for (const { kind, name } of Object.values(measures)) {
    const counter = state.counters.get(name);
    const gauge = state.gauges.get(name);
    const histogram = state.histograms.get(name);
    if (kind === 'counter' && counter !== undefined) readings[name] = counter;
    if (kind === 'gauge' && gauge !== undefined) readings[name] = gauge;
    if (kind === 'histogram' && histogram !== undefined) {
      readings[name] = new HistogramView(histogram);
    }
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one reading of its kind a measure
  return known('measurement', readings) as Measured<M>;
}

class HistogramView implements HistogramReading {
  readonly #state: HistogramState;

  constructor(state: HistogramState) {
    this.#state = state;
  }

  get count(): number {
    return this.#state.phase.totalCount;
  }

  get p50(): number | undefined {
    return this.percentile(50);
  }

  get p95(): number | undefined {
    return this.percentile(95);
  }

  get p99(): number | undefined {
    return this.percentile(99);
  }

  get mean(): number | undefined {
    return this.count === 0 ? undefined : this.#state.sum / this.count;
  }

  get max(): number | undefined {
    return this.count === 0 ? undefined : this.#state.max;
  }

  percentile(percentile: number): number | undefined {
    checkPercentile(percentile);
    const value = percentileOf(this.#state.phase, percentile, this.#state.stepsPerUnit);
    return value === undefined ? undefined : Math.min(value, this.#state.max);
  }

  worstWindow(percentile: number): WindowReading | undefined {
    checkPercentile(percentile);
    const { windows, stepsPerUnit } = this.#state;
    let worst: Omit<WindowReading, 'atLeast'> | undefined;
    let atLeast = -Infinity;
    for (const [index, distribution] of windows) {
      const { totalCount: count } = distribution;
      const value = percentileOf(distribution, percentile, stepsPerUnit);
      if (value === undefined) continue;
      const third = 100 * Math.max(0, (count - 2) / count);
      const reached = percentileOf(distribution, Math.min(percentile, third), stepsPerUnit);
      atLeast = Math.max(atLeast, reached ?? value);
      if (worst !== undefined && worst.value >= value) continue;
      const fromMs = index * windowMs;
      worst = { fromMs, toMs: fromMs + windowMs, count, value };
    }
    return worst && { ...worst, atLeast };
  }
}

function checkPercentile(percentile: number): void {
  if (percentile >= 0 && percentile <= 100) return;
  throw new RangeError(`Invalid percentile ${percentile}: use a number from 0 to 100.`);
}
