import {
  createBooks,
  createCredit,
  createDoneList,
  createFollowUps,
  createPayments,
  createTakeUp,
  type CreateSystem,
  createWebhookDelivery,
} from '#payment-processing';

/**
 * Everything holds as long as the process lives. When it crashes it comes back with nothing in
 * memory, `context.process.start` counts one more, and the books say what was begun.
 */
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

  return {
    pay: (request) => payments.pay(request),
    async close() {
      stopListening();
      const charges = await books.insist((database) => database.uncreditedCharges(undefined));
      for (const charge of charges) await credit(charge);
      await webhooks.close();
      await followUps.close(300_000);
      await done.flush();
    },
  };
};
