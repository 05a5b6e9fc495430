import type { Rule, StormScenario } from '@firedrill/core/scenario';
import { frozenMs } from '../measurements.ts';
import type { PaymentSystem } from '../system.ts';
import type { Settings } from '../settings.ts';
import type { World } from '../world.ts';
import { storm } from './storm.ts';

type Sign = Rule<Settings, World, PaymentSystem>;

/** The signs by which the incident of direct calls is known. */
export const incident: readonly Sign[] = [
  {
    name: 'double-digit-latency',
    title: 'payments take more than ten seconds',
    kind: 'incident',
    expected: 'over 10 s at the 99th percentile',
    evaluate({ meter }) {
      const p99 = meter.percentile('payment', 99) / 1_000;
      return { holds: p99 > 10, observed: `${p99.toFixed(1)} s` };
    },
  },
  {
    name: 'pool-exhausted',
    title: 'the connection pool runs out',
    kind: 'incident',
    expected: 'payments wait for a connection, and some are refused',
    evaluate({ meter, firstSignals }) {
      const waiting = meter.peak('poolWaiting');
      const refused = meter.peak('poolRefused');
      return {
        holds: firstSignals.has('pool-exhausted') && refused > 0,
        observed: `${waiting} waited at once, ${refused} refused`,
      };
    },
  },
  {
    name: 'freeze',
    title: 'the platform freezes',
    kind: 'incident',
    expected: 'no payment at all for at least 30 s in sum',
    evaluate(phase) {
      const frozen = frozenMs(phase);
      return { holds: frozen >= 30_000, observed: `${frozen / 1_000} s` };
    },
  },
  {
    name: 'money-stuck',
    title: 'money is stuck in payments that do not end',
    kind: 'incident',
    expected: 'over $5,000 at once in payments older than 10 s',
    evaluate({ meter }) {
      const stuck = meter.peak('stuckUsd');
      return { holds: stuck > 5_000, observed: `$${Math.round(stuck).toLocaleString('en-US')}` };
    },
  },
];

export const failure: StormScenario<Settings, World, PaymentSystem> = {
  kind: 'storm',
  title: 'the incident',
  intro: [
    'A platform processes $10M a day for 5,000 merchants. After each payment it calls the merchant, analytics, audit, risk and notifications, and waits for each of them. It is Black Friday.',
  ],
  storm,
  cast: [{ implementation: 'direct-calls', role: 'broken' }],
  incident,
  next: '--scenario=recovery',
};
