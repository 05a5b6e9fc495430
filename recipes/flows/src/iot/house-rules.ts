import type { SiteOptions } from './site.ts';

/** How sensors of a cold store are read. Values in thousandths of a degree. */
export const siteOptions: SiteOptions = {
  watermark: { disorderMs: 5_000, idleMs: 20_000 },
  windows: {
    // Late by up to five minutes: as long as a sensor without radio keeps its readings.
    tumbling: { sizeMs: 10_000, everyMs: 10_000, latenessMs: 300_000 },
    sliding: { sizeMs: 30_000, everyMs: 10_000, latenessMs: 300_000 },
  },
  score: { window: 40, warmUp: 8, leastDeviation: 50 },
  alert: { raiseAt: 8, clearAt: 4, calmMs: 20_000, repeatMs: 60_000, mostRings: 2 },
  aheadMs: 10_000,
  // As far as a clock of ours may be behind, and a sensor's ahead.
  wrongAheadMs: 60_000,
  range: [-60_000, 150_000],
};
