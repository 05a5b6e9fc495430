import {
  createBooks,
  createCredit,
  createDoneList,
  createFollowUps,
  createPayments,
  createTakeUp,
  type CreateSystem,
  createWebhookDelivery,
  type GatewayCallback,
} from '#payment-processing';

/**
 * A credit is written once for each charge, whatever is reported twice, and tried until it is written. It
 * is the database that knows of the first: what a process remembers is gone with it.
 */
export const create: CreateSystem = (context) => {
  const { callbacks } = context.outside;
  const books = createBooks(context);
  const done = createDoneList(context, books);
  const webhooks = createWebhookDelivery(context, books, done);
  const followUps = createFollowUps(context, done);
  const takeUp = createTakeUp(webhooks, followUps, done);
  const payments = createPayments(context, books, createCredit(context, books), (payment, open) => {
    for (const followUp of open) takeUp(payment, followUp, false);
  });

  async function onCallback(callback: GatewayCallback): Promise<void> {
    await books.insist((database) => database.creditMerchantOnce(callback));
  }

  /** What was charged and not reported by now: the books know of it. */
  async function creditTheRest(): Promise<void> {
    const charges = await books.insist((database) => database.uncreditedCharges(undefined));
    for (const charge of charges) {
      await books.insist((database) => database.creditMerchantOnce(charge));
    }
  }

  const stopListening = callbacks.onMessage((callback) => void onCallback(callback));

  return {
    pay: (request) => payments.pay(request),
    async close() {
      stopListening();
      await creditTheRest();
      await webhooks.close();
      await followUps.close(300_000);
      await done.flush();
    },
  };
};
