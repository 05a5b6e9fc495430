import type { Histogram as Distribution } from 'hdr-histogram-js';
// What is used of it: the index loads its WebAssembly and its codecs, too, in some 60 ms.
import { constructorFromBucketSize } from 'hdr-histogram-js/dist/JsHistogramFactory.js';
import type { Counter, Gauge, Histogram, Measure, Measures } from './measure.ts';
import type { SecondReading } from './measured.ts';
import { suggest } from '../../services/index.ts';

/** Where measurements are written. Each call takes a declared key of the right kind. */
export interface Meter {
  /**
   * Adds to a counter.
   *
   * @param atMs when what is counted began, in ms since the start of the phase, for a rule that is judged
   *   only at certain times: an answer belongs to its question. Default: now
   * @throws RangeError unless `by` is a finite number.
   */
  count(measure: Measure<Counter>, by?: number, atMs?: number): void;
  /**
   * Has a gauge read once a second; several readers of one gauge are added up.
   *
   * @throws RangeError for a gauge that the example does not measure
   */
  gauge(measure: Measure<Gauge>, read: () => number): void;
  /**
   * Records an observation in the histogram's unit. Latencies belong to the intended start of the
   * work, so that waiting for a stalled system is part of them (no coordinated omission; Tene 2013).
   *
   * @throws RangeError unless the value is a finite number of at least 0.
   */
  record(measure: Measure<Histogram>, value: number): void;
}

/** Longest window over which an objective must hold: five minutes. */
export const windowMs = 300_000;

/** Observations are kept in tenths of the unit for times, and whole for everything else. */
const stepsPerUnit = { ms: 10, count: 1, bytes: 1 } as const;

/** A counter, as it is kept. */
export interface CounterState {
  total: number;
  second: number;
}

/** A gauge, as it is kept. */
export interface GaugeState {
  readonly readers: (() => number)[];
  peak: number;
  last: number;
}

/** A histogram, as it is kept: of the whole phase, the current second, and each window. */
export interface HistogramState {
  readonly stepsPerUnit: number;
  readonly phase: Distribution;
  /** What the current second has added, in steps. */
  second: number[];
  readonly windows: Map<number, Distribution>;
  sum: number;
  max: number;
}

/** One measurement: what was added, observed, or read off a gauge at the end of a second. */
interface Entry {
  readonly measure: Measure;
  readonly value: number;
  /** When it was measured, and when that began which it measures; ms since the start of the phase. */
  readonly atMs: number;
  readonly sinceMs: number;
}

/** Everything that was measured of one phase, by the names of the measurements. */
export class MeterState implements Meter {
  readonly counters = new Map<string, CounterState>();
  readonly gauges = new Map<string, GaugeState>();
  readonly histograms = new Map<string, HistogramState>();
  readonly #measures: Measures;
  readonly #elapsedMs: () => number;
  /** Each single measurement, if it is kept. */
  readonly #entries: Entry[] | undefined;

  /**
   * @param elapsedMs now, in virtual milliseconds since the start of the phase
   * @param keepsEach whether each measurement is kept, for {@link without}
   */
  constructor(measures: Measures, elapsedMs: () => number, keepsEach = false) {
    this.#measures = measures;
    this.#elapsedMs = elapsedMs;
    this.#entries = keepsEach ? [] : undefined;
    for (const measure of Object.values(measures)) {
      const { name } = measure;
      if (measure.kind === 'counter') this.counters.set(name, { total: 0, second: 0 });
      if (measure.kind === 'gauge') this.gauges.set(name, { readers: [], peak: 0, last: 0 });
      if (measure.kind === 'histogram') {
        const steps = stepsPerUnit[measure.unit];
        this.histograms.set(name, {
          stepsPerUnit: steps,
          phase: newDistribution(),
          second: [],
          windows: new Map(),
          sum: 0,
          max: 0,
        });
      }
    }
  }

  count(measure: Measure<Counter>, by = 1, sinceMs?: number): void {
    const state = this.counters.get(measure.name);
    if (state === undefined) throw this.#unknown('counter', measure);
    if (!Number.isFinite(by))
      throw new RangeError(`Failed to count ${measure.name}: ${by} is no finite number.`);
    state.total += by;
    state.second += by;
    if (this.#entries === undefined) return;
    const atMs = this.#elapsedMs();
    this.#entries.push({ measure, value: by, atMs, sinceMs: sinceMs ?? atMs });
  }

  gauge(measure: Measure<Gauge>, read: () => number): void {
    const state = this.gauges.get(measure.name);
    if (state === undefined) throw this.#unknown('gauge', measure);
    state.readers.push(read);
  }

  record(measure: Measure<Histogram>, value: number): void {
    const state = this.histograms.get(measure.name);
    if (state === undefined) throw this.#unknown('histogram', measure);
    if (!(value >= 0 && value < Infinity)) {
      throw new RangeError(
        `Failed to record ${measure.name}: ${value} is no finite number of 0 or more.`,
      );
    }
    const atMs = this.#elapsedMs();
    // A latency began with its intended start; a size has no length.
    const sinceMs = measure.unit === 'ms' ? atMs - value : atMs;
    this.#entries?.push({ measure, value, atMs, sinceMs });
    const window = Math.floor(atMs / windowMs);
    let inWindow = state.windows.get(window);
    if (inWindow === undefined) {
      inWindow = newDistribution();
      state.windows.set(window, inWindow);
    }
    const steps = Math.round(value * state.stepsPerUnit);
    state.phase.recordValue(steps);
    state.second.push(steps);
    inWindow.recordValue(steps);
    state.sum += value;
    if (value > state.max) state.max = value;
  }

  /** Reads everything at the end of a second, and starts the next. */
  endSecond(): Readonly<Record<string, unknown>> {
    const second: Record<string, unknown> = {};
    for (const [name, counter] of this.counters) {
      second[name] = counter.second;
      counter.second = 0;
    }
    const atMs = this.#elapsedMs();
    for (const [name, gauge] of this.gauges) {
      let value = 0;
      for (const read of gauge.readers) value += read();
      setGauge(gauge, value);
      second[name] = value;
      const measure = this.#measures[name];
      if (measure !== undefined) this.#entries?.push({ measure, value, atMs, sinceMs: atMs });
    }
    for (const [name, state] of this.histograms) {
      second[name] = readSecond(state.second, state.stepsPerUnit);
      if (state.second.length > 0) state.second = [];
    }
    return second;
  }

  /**
   * The same measurements without some of them, told by the stretch of time that they are of.
   *
   * @throws RangeError when they were not kept.
   */
  without(isLeftOut: (fromMs: number, toMs: number) => boolean): MeterState {
    if (this.#entries === undefined)
      throw new RangeError('Failed to leave out measurements: they are not kept. Set keepsEach.');
    let nowMs = 0;
    const rest = new MeterState(this.#measures, () => nowMs);
    for (const { measure, value, atMs, sinceMs } of this.#entries) {
      // What is counted belongs to when it began, as a question and its answer are counted apart.
      if (isLeftOut(sinceMs, measure.kind === 'counter' ? sinceMs : atMs)) continue;
      nowMs = atMs;
      if (measure.kind === 'counter') rest.count(measure, value);
      else if (measure.kind === 'histogram') rest.record(measure, value);
      else {
        const gauge = rest.gauges.get(measure.name);
        if (gauge !== undefined) setGauge(gauge, value);
      }
    }
    return rest;
  }

  #unknown(kind: string, { name }: Measure): RangeError {
    const names = Object.keys(this.#measures);
    return new RangeError(
      `There is no ${kind} "${name}" among these measurements. ${suggest(name, names)}`,
    );
  }
}

function setGauge(gauge: GaugeState, value: number): void {
  gauge.last = value;
  if (value > gauge.peak) gauge.peak = value;
}

const nothing = Object.freeze({ count: 0, p50: undefined, p95: undefined, p99: undefined });

/** A percentile (0 to 100) in the histogram's unit; never above the highest value that was recorded. */
export function percentileOf(
  distribution: Distribution,
  percentile: number,
  steps: number,
): number | undefined {
  if (distribution.totalCount === 0) return undefined;
  return Math.min(distribution.getValueAtPercentile(percentile), distribution.maxValue) / steps;
}

/**
 * What a histogram with two significant digits says of these observations. In most seconds there are
 * few of them: sorting them is quicker than walking through a thousand buckets three times.
 */
function readSecond(observed: readonly number[], steps: number): SecondReading {
  const count = observed.length;
  if (count === 0) return nothing;
  const sorted = new Float64Array(observed).toSorted();
  const max = sorted[count - 1] ?? 0;
  const percentile = (percent: number): number => {
    const atRank = sorted[Math.ceil((percent * count) / 100) - 1] ?? max;
    return Math.min(twoDigits.highestEquivalentValue(atRank), max) / steps;
  };
  return { count, p50: percentile(50), p95: percentile(95), p99: percentile(99) };
}

const Int32Histogram = constructorFromBucketSize(32);

/** Three significant digits; grows with what it is given: nothing is cut off. */
function newDistribution(): Distribution {
  const distribution = new Int32Histogram(1, 2 ** 16, 3);
  distribution.autoResize = true;
  return distribution;
}

/** Nothing is recorded in it: it knows the bounds of the buckets. */
const twoDigits = new Int32Histogram(1, 2 ** 16, 2);
