import type { Meter } from '@firedrill/core/scenario';

/** Measurements in real time: counters, gauges and latencies as they came, all in one window. */
export function createPlainMeter(elapsedMs: () => number): Meter & {
  /** Reads the gauges, for their peaks and for a sample. */
  readonly sample: () => Record<string, number>;
} {
  const counters = new Map<string, number>();
  const gauges = new Map<string, { readonly read: () => number; peak: number }>();
  const latencies = new Map<string, number[]>();

  function percentile(name: string, percent: number): number {
    const sorted = (latencies.get(name) ?? []).toSorted((a, b) => a - b);
    return sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? 0;
  }

  return {
    count(name, by = 1) {
      counters.set(name, (counters.get(name) ?? 0) + by);
    },
    gauge(name, read) {
      gauges.set(name, { read, peak: 0 });
    },
    time(name, ms) {
      const known = latencies.get(name);
      if (known === undefined) latencies.set(name, [ms]);
      else known.push(ms);
    },
    total: (name) => counters.get(name) ?? 0,
    peak: (name) => gauges.get(name)?.peak ?? 0,
    percentile,
    max: (name) => percentile(name, 100),
    observations: (name) => latencies.get(name)?.length ?? 0,
    windows: (name, percent) => {
      const observations = latencies.get(name)?.length ?? 0;
      const valueMs = percentile(name, percent);
      return [{ fromMs: 0, toMs: elapsedMs(), observations, valueMs }];
    },
    sample() {
      const values: Record<string, number> = {};
      for (const [name, gauge] of gauges) {
        const value = gauge.read();
        gauge.peak = Math.max(gauge.peak, value);
        values[name] = value;
      }
      return values;
    },
  };
}
