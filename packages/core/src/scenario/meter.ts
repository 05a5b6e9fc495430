import { build, type Histogram } from 'hdr-histogram-js';

/**
 * Measurements of one phase: counters, gauges and latency histograms.
 *
 * A latency goes into three histograms: of the whole phase, of the current second (for the samples)
 * and of the current window of `windowMs` (for objectives that must hold throughout, not just on
 * average). Latencies belong to the intended start of the work, so that waiting for a stalled system
 * is part of them (no coordinated omission; Tene 2013).
 */
export interface Meter {
  /** Adds to a counter; the sample shows what was added in its second. */
  count(name: string, by?: number): void;
  /** Registers a gauge, read once a second. A second registration replaces the first. */
  gauge(name: string, read: () => number): void;
  /** Records a latency in milliseconds. */
  time(name: string, ms: number): void;
  /** Sum of a counter over the phase; 0 when nothing was counted. */
  total(name: string): number;
  /** The highest value a gauge had at the end of a second. */
  peak(name: string): number;
  /** A percentile (0 to 100) of a latency over the whole phase, in ms; 0 without observations. */
  percentile(name: string, percentile: number): number;
  /** Longest observation in ms. */
  max(name: string): number;
  /** Number of observations of a latency. */
  observations(name: string): number;
  /** A percentile of each window that has observations, in the order of time. */
  windows(name: string, percentile: number): readonly WindowPercentile[];
}

export interface WindowPercentile {
  readonly fromMs: number;
  readonly toMs: number;
  readonly observations: number;
  readonly valueMs: number;
}

/** What the phase runner does with a meter, and nobody else. */
export interface SampledMeter extends Meter {
  /** Reads everything at the end of a second and starts the next. */
  sample(): Record<string, number>;
}

export interface MeterOptions {
  /** Now, in virtual milliseconds since the start of the phase. */
  readonly elapsedMs: () => number;
  /** Length of a window of {@link Meter.windows} in ms. Default: 300,000 (five minutes). */
  readonly windowMs?: number;
}

/** Histograms count in tenths of a millisecond, up to one hour, with three significant digits. */
const unitsPerMs = 10;
const longestMs = 3_600_000;

interface Timer {
  readonly phase: Histogram;
  readonly second: Histogram;
  readonly windows: Map<number, Histogram>;
}

export function createMeter(options: MeterOptions): SampledMeter {
  const { elapsedMs, windowMs = 300_000 } = options;
  const counters = new Map<string, { total: number; second: number }>();
  const gauges = new Map<string, { read: () => number; peak: number }>();
  const timers = new Map<string, Timer>();

  return {
    count(name, by = 1) {
      const counter = counters.get(name);
      if (counter === undefined) counters.set(name, { total: by, second: by });
      else {
        counter.total += by;
        counter.second += by;
      }
    },

    gauge(name, read) {
      gauges.set(name, { read, peak: 0 });
    },

    time(name, ms) {
      let timer = timers.get(name);
      if (timer === undefined) {
        timer = { phase: newHistogram(3), second: newHistogram(2), windows: new Map() };
        timers.set(name, timer);
      }
      const window = Math.floor(elapsedMs() / windowMs);
      let histogram = timer.windows.get(window);
      if (histogram === undefined) {
        histogram = newHistogram(3);
        timer.windows.set(window, histogram);
      }
      const value = Math.round(Math.min(Math.max(ms, 0), longestMs) * unitsPerMs);
      timer.phase.recordValue(value);
      timer.second.recordValue(value);
      histogram.recordValue(value);
    },

    total: (name) => counters.get(name)?.total ?? 0,
    peak: (name) => gauges.get(name)?.peak ?? 0,
    percentile: (name, percentile) => valueAt(timers.get(name)?.phase, percentile),
    max: (name) => (timers.get(name)?.phase.maxValue ?? 0) / unitsPerMs,
    observations: (name) => timers.get(name)?.phase.totalCount ?? 0,

    windows(name, percentile) {
      const windows = [...(timers.get(name)?.windows ?? [])];
      return windows.map(([index, histogram]) => ({
        fromMs: index * windowMs,
        toMs: (index + 1) * windowMs,
        observations: histogram.totalCount,
        valueMs: valueAt(histogram, percentile),
      }));
    },

    sample() {
      const values: Record<string, number> = {};
      for (const [name, counter] of counters) {
        values[name] = counter.second;
        counter.second = 0;
      }
      for (const [name, gauge] of gauges) {
        const value = gauge.read();
        if (value > gauge.peak) gauge.peak = value;
        values[name] = value;
      }
      for (const [name, { second }] of timers) {
        if (second.totalCount === 0) continue;
        values[`${name}P50Ms`] = valueAt(second, 50);
        values[`${name}P99Ms`] = valueAt(second, 99);
        second.reset();
      }
      return values;
    },
  };
}

function valueAt(histogram: Histogram | undefined, percentile: number): number {
  return histogram === undefined || histogram.totalCount === 0
    ? 0
    : histogram.getValueAtPercentile(percentile) / unitsPerMs;
}

function newHistogram(numberOfSignificantValueDigits: 2 | 3): Histogram {
  return build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: longestMs * unitsPerMs,
    numberOfSignificantValueDigits,
    bitBucketSize: 32,
  });
}
