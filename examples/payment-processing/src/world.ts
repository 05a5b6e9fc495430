import type { Random } from '@firedrill/core/simulation';
import type { PhaseContext } from '@firedrill/core/scenario';
import type { PaymentSystem } from './system.ts';
import { createServices, type Services } from './services.ts';
import type { Settings } from './settings.ts';

/** Everything round the system: merchants, customers and services, and what is measured of them. */
export interface World {
  readonly customers: Random;
  readonly services: Services;
  /** Whether a fault of the webhooks strikes this merchant at some time in the run. */
  isSick(merchantId: string): boolean;
  /** Notes that an attempt to pay is under way; call what it returns when the attempt is over. */
  attemptStarted(amountCents: number): () => void;
  /** Adds the gauges of a system to those of the world. */
  measure(system: PaymentSystem): void;
}

/** An attempt that takes longer than this counts as stuck. */
const stuckAfterMs = 10_000;

const sideServices = ['webhooks', 'analytics', 'audit', 'risk', 'notifications'] as const;

export function createWorld(context: PhaseContext<Settings>): World {
  const { meter, network, elapsedMs, random, settings, faults } = context;
  const sickening = faults.filter(({ service, of }) => service === 'webhooks' && of === 'keys');
  const isSick = (merchantId: string): boolean =>
    sickening.some(({ id }) => network.isAffected(id, merchantId));
  const services = createServices(context, isSick);
  const { pool, truth } = services;
  const attempts = new Set<{ readonly sinceMs: number; readonly amountCents: number }>();

  /** Attempts start in the order of time, so the stuck ones are the first of the set. */
  function stuck(): { count: number; cents: number } {
    const limit = elapsedMs() - stuckAfterMs;
    let count = 0;
    let cents = 0;
    for (const { sinceMs, amountCents } of attempts) {
      if (sinceMs > limit) break;
      count += 1;
      cents += amountCents;
    }
    return { count, cents };
  }

  meter.gauge('paymentsInFlight', () => attempts.size);
  meter.gauge('stuckPayments', () => stuck().count);
  meter.gauge('stuckUsd', () => stuck().cents / 100);
  meter.gauge('limboUsd', () => truth.totals.limboCents / 100);
  meter.gauge('poolInUse', () => pool.metrics().inUse);
  meter.gauge('poolFree', () => settings.connections - pool.metrics().inUse);
  meter.gauge('poolWaiting', () => pool.metrics().waiting);
  meter.gauge('poolRefused', () => pool.metrics().timedOut + pool.metrics().rejected);
  meter.gauge('sideCallsInFlight', () => {
    const stats = network.stats();
    return sideServices.reduce((sum, name) => sum + (stats.get(name)?.inFlight ?? 0), 0);
  });

  return {
    customers: random('customers'),
    services,
    isSick,
    attemptStarted(amountCents) {
      const attempt = { sinceMs: elapsedMs(), amountCents };
      attempts.add(attempt);
      return () => attempts.delete(attempt);
    },
    measure(system) {
      meter.gauge('backlog', () => system.backlog?.() ?? 0);
      meter.gauge('deadLetters', () => system.deadLetters?.size ?? 0);
      meter.gauge('breakersOpen', () => system.breakers?.().open ?? 0);
      meter.gauge('breakersHalfOpen', () => system.breakers?.().halfOpen ?? 0);
      meter.gauge('leftBehind', () => system.leftBehind?.() ?? 0);
    },
  };
}
