import { ruleWords, type StormScenario } from '@firedrill/core/scenario';
import { frozenMs } from '../figures.ts';
import type { Payments } from '../types.ts';
import { explain } from './explain.ts';
import { hangId, slowIds, storm } from './storm.ts';

const { defineSigns, sign } = ruleWords<Payments>();

/** The signs by which the incident of direct calls is known. */
export const signs = defineSigns({
  'double-digit-latency': sign(
    'payments take more than ten seconds',
    ({ measured }) => measured.timeToPay.p99,
    { over: 10_000, unit: 'ms', of: 'at the 99th percentile' },
  ),
  'pool-exhausted': sign(
    'the connection pool runs out',
    ({ measured }) => measured.connectionsRefused.last,
    { atLeast: 1, unit: 'count', of: 'payments refused for want of a connection' },
  ),
  freeze: sign('the platform freezes', frozenMs, {
    atLeast: 30_000,
    unit: 'ms',
    of: 'without a single payment',
  }),
  'money-stuck': sign(
    'money is stuck in payments that do not end',
    ({ measured }) => measured.stuckUsd.peak,
    { over: 5_000, unit: 'usd', of: 'at once in payments older than 10 s' },
  ),
});

export const failure: StormScenario<Payments> = {
  kind: 'storm',
  title: 'the incident',
  intro: [
    'A platform processes $10M a day for 5,000 merchants. After each payment it calls the merchant, analytics, audit, risk and notifications, and waits for each of them. It is Black Friday.',
  ],
  storm,
  cast: [{ implementation: 'direct-calls', role: 'broken' }],
  signs,
  cause: {
    label: 'slow side services and hanging merchants while the sale is on',
    conditions: {
      hang: { label: 'the merchants that hang', faults: [hangId] },
      slow: { label: 'the slow side services', faults: slowIds },
      rush: { label: 'the rush of the sale', load: 'above-base' },
    },
  },
  explain,
  next: '--scenario=recovery',
};
