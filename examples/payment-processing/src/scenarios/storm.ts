import type { Fault } from '@firedrill/core/services';
import type { Due, Storm } from '@firedrill/core/scenario';
import { constantLoad, spikeLoad } from '@firedrill/core/workload';
import { nextDayMs } from '../clients/reused-keys.ts';
import { basePerSecond, type Settings } from '../settings.ts';
import { firstGateways } from '../truth/needs.ts';
import type { Payments } from '../types.ts';

const minute = 60_000;
const hour = 60 * minute;

/** 14:00 to 14:36: the sale opens, at 14:15 its advertisement runs, at 14:18 merchants begin to hang. */
export const rushFromMs = 15 * minute;
export const rushToMs = 27 * minute;
const hangFromMs = 18 * minute;
const hangToMs = 25 * minute;

/** Services that the whole trade shares are slow while the whole trade has its sale. */
const slowServices = [
  { service: 'analytics', p50Ms: 2_000 },
  { service: 'audit', p50Ms: 1_000 },
  { service: 'risk', p50Ms: 3_000 },
  { service: 'notifications', p50Ms: 2_000 },
] as const;

/** The faults that are named by the cause. */
export const hangId = 'merchants-hang';
export const slowIds: readonly string[] = slowServices.map(({ service }) => `${service}-slow`);

/** Share of captures in one region whose answer is lost: the money is taken, and nobody says so. */
const lostAnswerShare = 0.01;

/** An acquirer that loses answers, and then gives none: it fails as most do, by halves. */
const failingAcquirer: readonly Fault[] = [
  {
    kind: 'drop-response',
    service: 'gateway-eu',
    operation: 'authorize',
    fromMs: 20 * minute,
    toMs: 22 * minute,
    share: 0.3,
  },
  { kind: 'hang', service: 'gateway-eu', fromMs: 22 * minute, toMs: 26 * minute },
];

function faults({ hangShare, acquirers }: Settings): readonly Fault[] {
  const rush = { fromMs: rushFromMs, toMs: rushToMs };
  return [
    ...slowServices.map(({ service, p50Ms }): Fault => ({
      kind: 'slow',
      id: `${service}-slow`,
      service,
      ...rush,
      latency: { p50Ms, p99Ms: 1.2 * p50Ms },
    })),
    {
      kind: 'hang',
      id: hangId,
      service: 'webhooks',
      fromMs: hangFromMs,
      toMs: hangToMs,
      share: hangShare,
      of: 'keys',
    },
    {
      kind: 'drop-response',
      service: 'gateway-us',
      operation: 'capture',
      ...rush,
      share: lostAnswerShare,
    },
    ...(acquirers ? failingAcquirer : []),
    { kind: 'duplicate', service: 'gateway-callbacks', ...rush, share: 0.05 },
    { kind: 'reorder', service: 'gateway-callbacks', ...rush, share: 0.1, delayMs: 20_000 },
  ];
}

/** From one hour to another, every so many, in ms. */
const hours = (first: number, last: number, every = 1): readonly number[] =>
  Array.from({ length: (last - first) / every + 1 }, (_, index) => (first + every * index) * hour);

const atGateways = (...operations: readonly string[]): readonly string[] =>
  firstGateways.flatMap((gateway) => operations.map((operation) => `${gateway}.${operation}`));

/** Whoever has paid comes within a storm, and what follows so many whole hours later within as long. */
const withinMs = 8 * minute;

/** Refunds until the next day but one; disputes, which are looked for every three hours; and payments that nobody ended. */
const dueOfLifecycle: readonly Due[] = [
  {
    atMs: hours(1, 36),
    withinMs: hour,
    operations: [
      'database.capturedPayment',
      'database.recordRefund',
      'database.recordRefund',
      ...atGateways('refund'),
    ],
  },
  {
    atMs: hours(33, 75, 3),
    withinMs: 0,
    operations: ['database.refundOf', ...atGateways('disputes', 'contest')],
  },
  {
    atMs: [10 * minute],
    withinMs: 20 * minute,
    operations: ['database.unfinishedPayments', ...atGateways('void', 'lookup')],
  },
];

/** The files of an acquirer: one a day, looked for every six hours. */
const dueOfSettlement: readonly Due[] = [
  {
    atMs: hours(24, 72, 24),
    withinMs: 0,
    operations: [
      'database.settlementBooks',
      'database.settleFile',
      'database.settleFile',
      ...atGateways('settlementFiles'),
    ],
  },
];

/** Orders with a key that was used before: after 20 hours, when it is known, and after 25, when it is not. */
const dueOfKeys: readonly Due[] = [
  { atMs: [20 * hour, nextDayMs], withinMs, operations: ['database.claimPayment'] },
  {
    atMs: [nextDayMs],
    withinMs,
    operations: ['database.capturePayment', ...atGateways('authorize', 'capture')],
  },
];

/** Black Friday, the same for every implementation. */
export const storm: Storm<Payments> = {
  durationMs: 36 * minute,
  load: (settings) => {
    const basePerSec = basePerSecond(settings);
    return spikeLoad({
      basePerSecond: basePerSec,
      peakPerSecond: basePerSec * settings.peak,
      durationMs: 36 * minute,
      spikeFromMs: rushFromMs,
      spikeToMs: rushToMs,
      rampMs: minute,
    });
  },
  ordinaryLoad: (settings) =>
    constantLoad({ ratePerSecond: basePerSecond(settings), durationMs: 36 * minute }),
  faults,
  due: ({ lifecycle, settlement, keyReuse }) => [
    ...(lifecycle ? dueOfLifecycle : []),
    ...(settlement ? dueOfSettlement : []),
    ...(keyReuse ? dueOfKeys : []),
  ],
  epilogueMs: ({ lifecycle, settlement, keyReuse }) =>
    hour * (lifecycle ? 11 * 24 : settlement ? 4 * 24 : keyReuse ? 26 : 0),
  story: [
    { atMs: 0, text: 'the sale opens' },
    { atMs: rushFromMs, text: 'the advertisement runs' },
    { atMs: rushToMs, text: 'the rush is over' },
  ],
};
