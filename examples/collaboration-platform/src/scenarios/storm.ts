import type { Storm } from '@firedrill/core/scenario';
import type { Fault } from '@firedrill/core/services';
import { constantLoad, spikeLoad } from '@firedrill/core/workload';
import type { Settings } from '../settings.ts';
import type { Canvases } from '../types.ts';

const second = 1_000;

/** 09:59 to 10:03: at 10:00 every meeting begins; soon networks go, and services get slow. */
export const meetingsFromMs = 60 * second;
const meetingsToMs = 85 * second;
export const lossFromMs = 120 * second;
const lossToMs = 145 * second;
const durationMs = 240 * second;

function faults({ lostShare }: Settings): readonly Fault[] {
  return [
    {
      kind: 'hang',
      id: 'networks-lost',
      service: 'connections',
      fromMs: lossFromMs,
      toMs: lossToMs,
      share: lostShare,
      of: 'keys',
    },
    {
      kind: 'slow',
      id: 'store-slow',
      service: 'document-store',
      fromMs: 90 * second,
      toMs: 170 * second,
      factor: 2,
    },
    {
      kind: 'error',
      id: 'history-fails',
      service: 'history',
      fromMs: 130 * second,
      toMs: 170 * second,
      share: 0.5,
    },
    {
      kind: 'duplicate',
      id: 'decisions-twice',
      service: 'access-changes',
      fromMs: 0,
      toMs: durationMs,
      share: 0.2,
    },
    {
      kind: 'reorder',
      id: 'decisions-out-of-order',
      service: 'access-changes',
      fromMs: 0,
      toMs: durationMs,
      share: 0.3,
      delayMs: 20_000,
    },
  ];
}

/**
 * The start of a Monday, the same for every implementation, with about a fiftieth of the people of the
 * platform: what breaks is the same, and a workshop need not wait. `scale` has all of them.
 */
export const storm: Storm<Canvases> = {
  durationMs,
  load: ({ arrivalsPerSecond, peak }) =>
    spikeLoad({
      basePerSecond: arrivalsPerSecond,
      peakPerSecond: arrivalsPerSecond * peak,
      durationMs,
      spikeFromMs: meetingsFromMs,
      spikeToMs: meetingsToMs,
      rampMs: 5 * second,
    }),
  ordinaryLoad: ({ arrivalsPerSecond }) =>
    constantLoad({ ratePerSecond: arrivalsPerSecond, durationMs }),
  faults,
  story: [
    { atMs: 0, text: 'the first people open their canvases' },
    { atMs: meetingsFromMs, text: 'it is ten o’clock: every meeting begins' },
    { atMs: lossFromMs, text: 'in one office after the other the network goes' },
  ],
};
