import { outcomeOf } from '@firedrill/core/resilience';
import type { Context } from '../../system.ts';
import { createBeat } from './beat.ts';
import type { Books } from './books.ts';
import type { Credit } from './credit.ts';
import type { Payments } from './payments.ts';
import type { TakeUp } from './take-up.ts';

/**
 * Finds what fell through, after a crash and otherwise: payments begun and not finished, charges not
 * credited, follow-ups that nobody works on.
 */
export interface Reconciliation {
  /** Something is done that may leave a trace in the books: they are gone through again and again. */
  expectWork(): void;
  /** Goes through the books once; resolves with how much is still open. */
  run(): Promise<number>;
  stop(): void;
}

/** How often the books are gone through, in ms: soon enough for a customer's receipt. */
const everyMs = 30_000;

/** No customer stands at the page that long, in ms. */
const abandonedAfterMs = 15 * 60_000;

/**
 * Who has found nothing new for this long, in ms, and has done nothing since, finds nothing in the
 * next round either: longer than anything is under way, to an acquirer or from a process before this one.
 */
const quietAfterMs = abandonedAfterMs + 5 * 60_000;

/** Of so many rounds one remains then, once an hour: for what nobody has thought of. */
const quietRounds = 3_600_000 / everyMs;

export function createReconciliation(
  { telemetry, settings, clock }: Context,
  books: Books,
  payments: Payments,
  credit: Credit,
  takeUp: TakeUp,
): Reconciliation {
  let running: Promise<number> | undefined;
  let workAtMs = clock.elapsedMs();
  const noteWork = (): void => {
    workAtMs = clock.elapsedMs();
  };

  /** Since when a payment is seen unfinished here, by its id. */
  const unfinishedSince = new Map<string, number>();
  function isAbandoned(paymentId: string): boolean {
    const sinceMs = unfinishedSince.get(paymentId);
    if (sinceMs === undefined) {
      unfinishedSince.set(paymentId, clock.elapsedMs());
      noteWork();
      return false;
    }
    return settings.lifecycle && clock.elapsedMs() - sinceMs >= abandonedAfterMs;
  }

  async function goThrough(): Promise<number> {
    let open = 0;
    if (settings.acquirers && (await payments.giveBack()) > 0) noteWork();
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
        noteWork();
        open += 1;
      }
    }
    for (const charge of await books.insist((database) => database.uncreditedCharges(undefined))) {
      noteWork();
      await credit(charge);
    }
    for (const { payment, followUp, isDead } of await books.insist((database) =>
      database.openFollowUps(undefined),
    )) {
      // A dead letter has a replay of its own, and may stay for good.
      if (!isDead) noteWork();
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
  const beat = createBeat(everyMs, clock, () => {
    void run().catch((error) => telemetry.failed(error));
    return clock.elapsedMs() - workAtMs < quietAfterMs ? 1 : quietRounds;
  });
  beat.want();
  return {
    run,
    expectWork() {
      noteWork();
      beat.want();
    },
    stop: () => beat.stop(),
  };
}
