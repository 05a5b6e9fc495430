import { outcomeOf } from '@firedrill/core/resilience';
import {
  type Books,
  type Context,
  createBooks,
  createCredit,
  createDoneList,
  createFollowUps,
  createPayments,
  createTakeUp,
  type CreateSystem,
  createWebhookDelivery,
  type Credit,
  type Payments,
  type TakeUp,
} from '#payment-processing';

/** How often the books are gone through, in ms: soon enough for a customer's receipt. */
const everyMs = 30_000;

/** Finds in the books what was begun and is not under way, and finishes it. */
function createReconciliation(
  { telemetry }: Context,
  books: Books,
  payments: Payments,
  credit: Credit,
  takeUp: TakeUp,
) {
  async function goThrough(): Promise<void> {
    const unfinished = await books.insist((database) => database.unfinishedPayments(undefined));
    for (const { paymentId, request } of unfinished) {
      if (payments.isUnderWay(request)) continue;
      try {
        await payments.finish(paymentId, request);
      } catch (error) {
        // The gateway does not answer: it is asked again in the next round.
        if (outcomeOf(error) === undefined) throw error;
        telemetry.failed(error);
      }
    }
    const uncredited = await books.insist((database) => database.uncreditedCharges(undefined));
    for (const charge of uncredited) await credit(charge);
    const open = await books.insist((database) => database.openFollowUps(undefined));
    for (const { payment, followUp, isDead } of open) takeUp(payment, followUp, isDead);
  }

  let running: Promise<void> | undefined;
  /** One round at a time. */
  const run = (): Promise<void> => {
    running ??= goThrough().finally(() => {
      running = undefined;
    });
    return running;
  };
  const timer = setInterval(() => void run().catch((error) => telemetry.failed(error)), everyMs);
  return { run, stop: () => clearInterval(timer) };
}

/** Whoever comes back goes through the books at once, and then again and again. */
export const create: CreateSystem = (context) => {
  const { callbacks } = context.outside;
  const books = createBooks(context);
  const credit = createCredit(context, books);
  const done = createDoneList(context, books);
  const webhooks = createWebhookDelivery(context, books, done);
  const followUps = createFollowUps(context, done);
  const takeUp = createTakeUp(webhooks, followUps, done);
  const payments = createPayments(context, books, credit, (payment, open) => {
    for (const followUp of open) takeUp(payment, followUp, false);
  });
  const stopListening = callbacks.onMessage(
    (callback) => void payments.onGatewayCallback(callback),
  );
  const reconciliation = createReconciliation(context, books, payments, credit, takeUp);
  const takenUp = context.process.start > 1 ? reconciliation.run() : undefined;

  return {
    pay: (request) => payments.pay(request),
    async close() {
      await takenUp;
      stopListening();
      await reconciliation.run();
      reconciliation.stop();
      await webhooks.close();
      await followUps.close(300_000);
      await done.flush();
    },
  };
};
