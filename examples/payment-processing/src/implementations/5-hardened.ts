import type { Implementation } from '@firedrill/core/scenario';
import { reports } from '../reports.ts';
import type { CreateSystem } from '../system.ts';
import type { Payments } from '../types.ts';
import { createAfterwards } from './hardened/afterwards.ts';
import { createBooks } from './hardened/books.ts';
import { listenToGateways } from './hardened/callbacks.ts';
import { createCredit } from './hardened/credit.ts';
import { createDoneList } from './hardened/done-list.ts';
import { createFollowUps } from './hardened/follow-ups.ts';
import { createPayments } from './hardened/payments.ts';
import { createReconciliation } from './hardened/reconcile.ts';
import { settleFiles } from './hardened/settlement.ts';
import { createTakeUp } from './hardened/take-up.ts';
import { createTokenise } from './hardened/vault.ts';
import { createWebhookDelivery } from './hardened/webhooks.ts';

/** After the last payment, what is owed gets this long, in ms. */
const closeTimeoutMs = 300_000;

/**
 * Week 5 and since. One charge for each idempotency key; a connection only for a statement; unknown
 * outcomes are asked about, not guessed; what follows a payment is written down with the payment and
 * taken up again after a crash; webhooks with a breaker and a rate for each merchant, a lane for
 * VIPs, retries with jitter and dead letters that are replayed.
 */
const create: CreateSystem = (context) => {
  const { telemetry } = context;
  const books = createBooks(context);
  const tokenise = createTokenise(context);
  const credit = createCredit(context, books);
  const doneList = createDoneList(context, books);
  const webhooks = createWebhookDelivery(context, books, doneList);
  const followUps = createFollowUps(context, doneList);
  const takeUp = createTakeUp(webhooks, followUps, doneList);
  const payments = createPayments(context, books, credit, (payment, open, isNew) => {
    for (const followUp of open) takeUp(payment, followUp, false);
    if (isNew) followUps.take(payment, 'analytics');
  });
  const afterwards = createAfterwards(context, books);
  const stopSettling = settleFiles(context, books);
  const reconciliation = createReconciliation(context, books, payments, credit, takeUp);
  const stopListening = listenToGateways(context, (callback) => {
    reconciliation.expectWork();
    void payments.onGatewayCallback(callback);
  });
  // Whoever comes back after a crash goes through the books at once.
  const takenUp = context.process.start > 1 ? reconciliation.run() : undefined;
  telemetry.gauge(reports.backlog, () => webhooks.pending + followUps.waiting);
  telemetry.gauge(reports.breakersOpen, () => webhooks.breakers().open);
  telemetry.gauge(reports.breakersHalfOpen, () => webhooks.breakers().halfOpen);

  return {
    pay(request) {
      reconciliation.expectWork();
      return request.card === undefined
        ? payments.pay(request)
        : tokenise(request).then((known) => payments.pay(known));
    },
    refund: (request) => afterwards.refund(request),
    async close() {
      await takenUp;
      stopListening();
      afterwards.stop();
      stopSettling();
      await reconciliation.run();
      reconciliation.stop();
      await webhooks.close();
      await followUps.close(closeTimeoutMs);
      await doneList.flush();
    },
  };
};

export const hardened: Implementation<Payments> = {
  name: 'hardened',
  week: 5,
  flaw: 'none known: breakers, lanes, retries, dead letters, idempotency, bounded in every place',
  role: 'repaired',
  breaks: [],
  create,
};
