import { withTimeout } from '@firedrill/core/services';
import { type Order, priceOf, type RefusalReason, secondHoldOf } from '../../domain.ts';
import { reports } from '../../reports.ts';
import type { Context } from '../../system.ts';
import type { Patience } from './patience.ts';
import type { Reservations } from './reservations.ts';
import type { SagaStep } from './saga.ts';
import type { Reservation } from './statements.ts';

/** Time limits: about three times the 99th percentile of each. */
const paymentTimeoutMs = 1_500;
const shippingTimeoutMs = 1_000;
const mailTimeoutMs = 600;

/** An order on its way. */
export interface Sale {
  readonly order: Order;
  /** What it is served from: the hold of the cart, or a second one when that has expired. */
  reservation: Reservation;
  /** Whether its units are not there yet. */
  isShort: boolean;
}

/** An order at its beginning, or wherever another process has left it. */
export const saleOf = (order: Order): Sale => ({
  order,
  reservation: reservationOf(order, order.cart.cartId),
  isShort: false,
});

const reservationOf = (
  { cart: { productId, quantity, buyer } }: Order,
  reservationId: string,
): Reservation => ({ reservationId, productId, quantity, buyer });

/** Whoever comes back late gets what is there now. */
const secondOf = (order: Order): Reservation =>
  reservationOf(order, secondHoldOf(order.cart.cartId));

/** The holds that an order may be served from. */
export const holdsOf = (order: Order): readonly Reservation[] => [
  saleOf(order).reservation,
  secondOf(order),
];

export type OrderStep = SagaStep<Sale, RefusalReason>;

/**
 * The steps of an order: validate, reserve, pay, ship. Every one carries the order's own id, so that a
 * repetition changes nothing; every one but the first can be undone, until it is noted that the order is
 * confirmed and cannot fail any more. What is not there yet is sent later.
 */
export function createSteps(
  { outside, telemetry }: Context,
  reservations: Reservations,
  patience: Patience,
): readonly OrderStep[] {
  const { catalogue } = outside;
  const payments = withTimeout(outside.payments, paymentTimeoutMs);
  const shipping = withTimeout(outside.shipping, shippingTimeoutMs);

  /** Claims what an order is to be served from; says whether it has it, if only when it is there. */
  async function claim(sale: Sale): Promise<boolean> {
    const claimed = await reservations.claim(sale.reservation);
    sale.isShort = claimed === 'short';
    return claimed !== 'gone';
  }

  return [
    {
      name: 'validate',
      async run({ order: { cart, amountCents } }) {
        const product = catalogue.byId(cart.productId);
        const isRight = product !== undefined && amountCents === priceOf(product, cart);
        return isRight ? undefined : 'price';
      },
    },
    {
      name: 'reserve',
      async run(sale) {
        if (await claim(sale)) return undefined;
        // The hold has expired.
        sale.reservation = secondOf(sale.order);
        telemetry.count(reports.reservedAgain);
        const answer = await reservations.hold(sale.reservation);
        if (answer !== 'held') return answer;
        return (await claim(sale)) ? undefined : 'sold-out';
      },
      async undo({ order }) {
        // Another process may have come as far as the second.
        await reservations.cancel(secondOf(order));
        await reservations.cancel(saleOf(order).reservation);
      },
    },
    {
      name: 'pay',
      async run({ order: { orderId, amountCents } }) {
        const { status } = await patience.certain(
          () => payments.charge({ orderId, key: orderId, amountCents }),
          async () => {
            const known = await payments.find({ key: orderId });
            return known.status === 'unknown' ? undefined : { status: known.status };
          },
        );
        return status === 'charged' ? undefined : 'card';
      },
      async undo({ order: { orderId } }) {
        await patience.persist(() => payments.refund({ key: orderId }));
      },
    },
    {
      name: 'ship',
      async run({ order: { orderId, cart }, isShort }) {
        if (isShort) return undefined;
        const { productId, quantity } = cart;
        await patience.certain(
          () => shipping.ship({ orderId, key: orderId, productId, quantity }),
          async () => {
            const { exists } = await shipping.find({ key: orderId });
            return exists ? { accepted: true } : undefined;
          },
        );
        return undefined;
      },
      async undo({ order: { orderId } }) {
        await patience.persist(() => shipping.recall({ key: orderId }));
      },
    },
  ];
}

/**
 * Ends the hold that an order is served from as sold, and does not give up. Whoever takes the order up does not know
 * which of the two that was: the other one has ended, or never began.
 */
export const createSelling =
  (reservations: Reservations) =>
  async ({ order, reservation }: Sale, isTakenUp: boolean): Promise<void> => {
    await reservations.sell(reservation);
    if (isTakenUp) await reservations.sell(secondOf(order));
  };

/** Sends the confirmation of an order, and does not give up. */
export function createConfirmation({ outside }: Context, patience: Patience) {
  const mail = withTimeout(outside.mail, mailTimeoutMs);
  return async ({ orderId }: Order): Promise<void> => {
    await patience.persist(() => mail.confirm({ orderId, key: orderId }));
  };
}
