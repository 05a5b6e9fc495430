import type { Storm } from '@firedrill/core/scenario';
import { constantLoad, spikeLoad } from '@firedrill/core/workload';
import type { Incident } from './types.ts';

const minuteMs = 60_000;

/** A train comes in: buyers for a minute, and a till that drops one connection in five. */
export const storm: Storm<Incident> = {
  durationMs: 3 * minuteMs,
  load: ({ ratePerSecond }) =>
    spikeLoad({
      basePerSecond: 0.2,
      peakPerSecond: ratePerSecond,
      durationMs: 3 * minuteMs,
      spikeFromMs: minuteMs,
      spikeToMs: 2 * minuteMs,
      rampMs: 1_000,
    }),
  ordinaryLoad: () => constantLoad({ ratePerSecond: 0.2, durationMs: 3 * minuteMs }),
  faults: () => [
    {
      kind: 'reset',
      id: 'till-resets',
      service: 'till',
      operation: 'pay',
      fromMs: minuteMs,
      toMs: 2 * minuteMs,
      share: 0.2,
    },
  ],
  story: [{ atMs: minuteMs, text: 'the train has come in' }],
};
