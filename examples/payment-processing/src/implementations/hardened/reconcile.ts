import { outcomeOf } from '@firedrill/core/resilience';
import type { Context } from '../../system.ts';
import type { Books } from './books.ts';
import type { Credit } from './credit.ts';
import type { Payments } from './payments.ts';
import type { TakeUp } from './take-up.ts';

/**
 * Finds what fell through, after a crash and otherwise: payments begun and not finished, charges not
 * credited, follow-ups that nobody works on.
 */
export interface Reconciliation {
  /** Goes through the books once; resolves with how much is still open. */
  run(): Promise<number>;
  stop(): void;
}

/** How often the books are gone through, in ms: soon enough for a customer's receipt. */
const everyMs = 30_000;

/** No customer stands at the page that long, in ms. */
const abandonedAfterMs = 15 * 60_000;

export function createReconciliation(
  { telemetry, settings, clock }: Context,
  books: Books,
  payments: Payments,
  credit: Credit,
  takeUp: TakeUp,
): Reconciliation {
  let running: Promise<number> | undefined;

  /** Since when a payment is seen unfinished here, by its id. */
  const unfinishedSince = new Map<string, number>();
  function isAbandoned(paymentId: string): boolean {
    const sinceMs = unfinishedSince.get(paymentId) ?? clock.elapsedMs();
    unfinishedSince.set(paymentId, sinceMs);
    return settings.lifecycle && clock.elapsedMs() - sinceMs >= abandonedAfterMs;
  }

  async function goThrough(): Promise<number> {
    let open = 0;
    if (settings.acquirers) await payments.giveBack();
    for (const payment of await books.insist((database) =>
      database.unfinishedPayments(undefined),
    )) {
      const { paymentId, request } = payment;
      if (payments.isUnderWay(request)) continue;
      try {
        await payments.finish(paymentId, request, {
          isAbandoned: isAbandoned(paymentId),
          route: payment.route,
        });
      } catch (error) {
        if (outcomeOf(error) === undefined) throw error;
        telemetry.failed(error);
        open += 1;
      }
    }
    for (const charge of await books.insist((database) => database.uncreditedCharges(undefined))) {
      await credit(charge);
    }
    for (const { payment, followUp, isDead } of await books.insist((database) =>
      database.openFollowUps(undefined),
    )) {
      takeUp(payment, followUp, isDead);
    }
    return open;
  }

  const run = (): Promise<number> => {
    running ??= goThrough().finally(() => {
      running = undefined;
    });
    return running;
  };
  // Whatever ends one round is told, and the next one goes through everything again.
  const timer = setInterval(() => void run().catch((error) => telemetry.failed(error)), everyMs);
  return { run, stop: () => clearInterval(timer) };
}
