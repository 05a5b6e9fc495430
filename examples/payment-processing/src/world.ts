import type { WorldContext } from '@firedrill/core/scenario';
import { measures } from './measurements.ts';
import type { Tables } from './services/database.ts';
import type { Payments } from './types.ts';

const sideServices = ['webhooks', 'analytics', 'audit', 'risk', 'notifications'] as const;

/** Has the world measured that surrounds the platform. */
export function measureWorld(context: WorldContext<Payments>, tables: Tables): void {
  const { meter, network, pool } = context;
  meter.gauge(measures.connectionsInUse, () => pool('connections').inUse);
  meter.gauge(measures.connectionsWaiting, () => pool('connections').waiting);
  meter.gauge(measures.connectionsRefused, () => {
    const { timedOut, rejected } = pool('connections');
    return timedOut + rejected;
  });
  meter.gauge(measures.sideCallsInFlight, () => {
    const stats = network.stats();
    return sideServices.reduce((sum, name) => sum + (stats.get(name)?.inFlight ?? 0), 0);
  });
  meter.gauge(measures.handlers, network.handlerCount);
  meter.gauge(measures.unhandledRejections, context.unhandledRejections);
  meter.gauge(measures.deadLetters, () => tables.deadCount);
}

/** An attempt that takes longer than this counts as stuck, in ms. */
const stuckAfterMs = 10_000;

/** Attempts to pay that are under way. */
export interface Attempts {
  /** Notes an attempt; call what it returns when the attempt is over. */
  started(amountCents: number): () => void;
}

export function createAttempts({ meter, elapsedMs }: WorldContext<Payments>): Attempts {
  const running = new Set<{ readonly sinceMs: number; readonly amountCents: number }>();

  /** Attempts start in the order of time, so the stuck ones are the first of the set. */
  function stuck(): { readonly count: number; readonly cents: number } {
    const limit = elapsedMs() - stuckAfterMs;
    let count = 0;
    let cents = 0;
    for (const { sinceMs, amountCents } of running) {
      if (sinceMs > limit) break;
      count += 1;
      cents += amountCents;
    }
    return { count, cents };
  }

  meter.gauge(measures.paymentsInFlight, () => running.size);
  meter.gauge(measures.stuckPayments, () => stuck().count);
  meter.gauge(measures.stuckUsd, () => stuck().cents / 100);
  return {
    started(amountCents) {
      const attempt = { sinceMs: elapsedMs(), amountCents };
      running.add(attempt);
      return () => running.delete(attempt);
    },
  };
}
