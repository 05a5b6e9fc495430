/** What the exercises of this incident are given: types of the example, and parts that hold already. */

export {
  type CapturedPayment,
  type GatewayCallback,
  isCompliant,
  isFraud,
  type PaymentAnswer,
  type PaymentRequest,
  webhookFor,
} from 'payment-processing/src/domain.ts';
export { createCharging } from 'payment-processing/src/implementations/early/charge.ts';
export { creditMerchants } from 'payment-processing/src/implementations/early/credit-merchants.ts';
export { createSideEffects } from 'payment-processing/src/implementations/early/side-effects.ts';
export { type Books, createBooks } from 'payment-processing/src/implementations/hardened/books.ts';
export {
  createCredit,
  type Credit,
} from 'payment-processing/src/implementations/hardened/credit.ts';
export {
  createDoneList,
  type DoneList,
} from 'payment-processing/src/implementations/hardened/done-list.ts';
export { createFollowUps } from 'payment-processing/src/implementations/hardened/follow-ups.ts';
export {
  createPayments,
  type Payments,
} from 'payment-processing/src/implementations/hardened/payments.ts';
export {
  createTakeUp,
  type TakeUp,
} from 'payment-processing/src/implementations/hardened/take-up.ts';
export { createWebhookDelivery } from 'payment-processing/src/implementations/hardened/webhooks.ts';
export { reports } from 'payment-processing/src/reports.ts';
export type { Context, CreateSystem } from 'payment-processing/src/system.ts';
