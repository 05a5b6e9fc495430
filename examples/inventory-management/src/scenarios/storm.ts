import type { Fault } from '@firedrill/core/services';
import type { Storm } from '@firedrill/core/scenario';
import { constantLoad, spikeLoad } from '@firedrill/core/workload';
import { basePerSecond } from '../settings.ts';
import type { Inventory } from '../types.ts';

/** When a run begins. */
export const startsAt = '2026-11-27T09:00:00Z';

const minute = 60_000;

/** 9:00 to 9:30: the doors open at 9:05 and the rush lasts ten minutes; carts expire until 9:45. */
const durationMs = 30 * minute;
const rushFromMs = 5 * minute;
const rushToMs = 15 * minute;

/** Recommendations are slow with the rush, and then hang; search fails meanwhile. */
const slowFromMs = 6 * minute;
const hangFromMs = 9 * minute;
const hangToMs = 12 * minute;
const searchFailsFromMs = 8 * minute;
const searchFailsToMs = 13 * minute;

/** Share of the answers of the stock database and of the bank that get lost on their way. */
const lostAnswerShare = 0.005;
const lostPaymentShare = 0.01;

/** Share of the parcels that the carrier refuses for a while. */
const refusedParcelShare = 0.25;

function faults(): readonly Fault[] {
  const rush = { fromMs: rushFromMs, toMs: rushToMs };
  return [
    // Everybody else has Black Friday, too.
    {
      id: 'stock-slow-1',
      kind: 'slow',
      service: 'stock',
      ...rush,
      latency: { p50Ms: 20, p99Ms: 50 },
    },
    {
      id: 'payments-slow-1',
      kind: 'slow',
      service: 'payments',
      ...rush,
      latency: { p50Ms: 500, p99Ms: 1_200 },
    },
    {
      id: 'recommendations-slow-1',
      kind: 'slow',
      service: 'recommendations',
      fromMs: slowFromMs,
      toMs: hangFromMs,
      latency: { p50Ms: 4_000, p99Ms: 8_000 },
    },
    {
      id: 'recommendations-hang-1',
      kind: 'hang',
      service: 'recommendations',
      fromMs: hangFromMs,
      toMs: hangToMs,
    },
    {
      id: 'search-error-1',
      kind: 'error',
      service: 'search',
      fromMs: searchFailsFromMs,
      toMs: searchFailsToMs,
    },
    {
      id: 'stock-drop-response-1',
      kind: 'drop-response',
      service: 'stock',
      ...rush,
      share: lostAnswerShare,
    },
    {
      id: 'payments-drop-response-1',
      kind: 'drop-response',
      service: 'payments',
      ...rush,
      share: lostPaymentShare,
    },
    {
      id: 'shipping-error-1',
      kind: 'error',
      service: 'shipping',
      operation: 'ship',
      fromMs: searchFailsFromMs,
      toMs: searchFailsToMs,
      share: refusedParcelShare,
    },
  ];
}

/** Black Friday, the same for every implementation. */
export const storm: Storm<Inventory> = {
  durationMs,
  load: (settings) => {
    const basePerSec = basePerSecond(settings);
    return spikeLoad({
      basePerSecond: basePerSec,
      peakPerSecond: basePerSec * settings.peak,
      durationMs,
      spikeFromMs: rushFromMs,
      spikeToMs: rushToMs,
      rampMs: minute,
    });
  },
  ordinaryLoad: (settings) => constantLoad({ ratePerSecond: basePerSecond(settings), durationMs }),
  faults,
  story: [
    { atMs: 0, text: 'an ordinary morning' },
    { atMs: rushFromMs, text: 'Black Friday: the hot products are on sale' },
    { atMs: rushToMs, text: 'the rush is over' },
  ],
};
