import { sleep } from '@firedrill/core/resilience';
import type { Visit } from '@firedrill/core/scenario';
import type { PaymentAnswer, PaymentRequest } from '../domain.ts';
import type { Payments } from '../types.ts';

/** Apps whose keys are unique in one shop alone: each counts its own from one. */
const countingShare = 0.02;

/** Customers who change the cart after they have paid, in an app that keeps the key. */
const changedCartShare = 0.02;

/** A payment is under way for about so long, in ms. */
const mostUnderWayMs = 150;

/** Customers whose phone sends the payment once more on the next day. */
const nextDayShare = 0.02;

/** Customers who buy something else hours later, in an app that has kept the key: it lives for a day. */
const laterCartShare = 0.03;
const hoursLaterMs = 20 * 3_600_000;

/** When a key is long forgotten, in ms: they live for 24 hours. */
export const nextDayMs = 25 * 3_600_000;

/** The key of an order: of a few apps, one that other merchants have used for their orders. */
export function keyOf({ context, truth, arrival }: Visit<Payments>, merchantId: string): string {
  if (context.settings.keyReuse) {
    const random = context.random('counting apps');
    if (random.chance(countingShare)) return `key-${truth.keys.countOf(merchantId)}`;
  }
  return `key-order-${arrival.index + 1}`;
}

/**
 * Some customers change the cart while the payment is under way. Only while all is well: else the first request
 * may have got lost, and the second is the one that has the key.
 */
export async function changeCartUnderWay(
  { context, truth, system }: Visit<Payments>,
  request: PaymentRequest,
): Promise<void> {
  // The card is given away first, and of two at once either may come first.
  if (!context.settings.keyReuse || context.settings.cards) return;
  const random = context.random('carts under way');
  if (!random.chance(changedCartShare)) return;
  await sleep(random.integer(1, mostUnderWayMs));
  const changed = { ...request, amountCents: request.amountCents + 1_000 };
  if (!truth.keys.isCertain()) return;
  const second = await system.pay(changed).catch(() => undefined);
  if (second !== undefined) truth.keys.answeredOtherBody(changed, second);
}

/** What apps do with a key after its order was answered. */
export async function reuseKey(
  { context, truth, system }: Visit<Payments>,
  request: PaymentRequest,
  answer: PaymentAnswer,
): Promise<void> {
  if (!context.settings.keyReuse) return;
  truth.keys.answered(request, answer);
  const random = context.random('reused keys');
  const again = (body: PaymentRequest) => system.pay(body).catch(() => undefined);
  const isNextDay = random.chance(nextDayShare);
  if (random.chance(changedCartShare) && answer.status === 'captured') {
    const changed = { ...request, amountCents: request.amountCents + 1_000 };
    const second = await again(changed);
    if (second !== undefined) truth.keys.answeredOtherBody(changed, second);
  }
  if (context.random('carts hours later').chance(laterCartShare) && answer.status === 'captured') {
    const other = { ...request, orderId: `${request.orderId}-later` };
    setTimeout(() => {
      // Of a card that is no good: nobody is owed this payment.
      truth.orders.place({ request: other, fraudScore: 0, isCardGood: false });
      void again(other).then((late) => late && truth.keys.answeredOtherBody(other, late));
    }, hoursLaterMs);
  }
  // Nobody stands at the page that long: the phone does it by itself.
  if (isNextDay) {
    setTimeout(() => {
      void again(request).then((late) => late && truth.orders.told(request.orderId, late));
    }, nextDayMs);
  }
}
