import { withTimeout } from '@firedrill/core/services';
import { type Order, type OrderAnswer, priceOf } from '../domain.ts';
import type { Outside } from '../system.ts';

/** Paying and shipping as the first four implementations do it. */
export interface Purchase {
  /** Why the order is refused before anything is done, if it is: the price is the catalogue's. */
  refusal(order: Order): OrderAnswer | undefined;
  /** False when the card was declined. */
  pay(order: Order): Promise<boolean>;
  ship(order: Order): Promise<void>;
  confirm(order: Order): Promise<void>;
}

/** Time limit of these calls, and of those to the database, in the first four implementations. */
export const callTimeoutMs = 5_000;

/**
 * The way from the card to the parcel that the first four implementations share. Bank and carrier are
 * given the order's own id, so that a shopper who tries again pays and is sent the goods once.
 *
 * Flaw: a time-out counts as a failure although the money may be gone or the parcel under way, and an
 * order that fails half-way leaves what was done before.
 */
export function createPurchase(outside: Outside): Purchase {
  const { catalogue } = outside;
  const payments = withTimeout(outside.payments, callTimeoutMs);
  const shipping = withTimeout(outside.shipping, callTimeoutMs);
  const mail = withTimeout(outside.mail, callTimeoutMs);

  return {
    refusal({ cart, amountCents }) {
      const product = catalogue.byId(cart.productId);
      if (product !== undefined && amountCents === priceOf(product, cart)) return undefined;
      return { status: 'refused', reason: 'price' };
    },
    async pay({ orderId, amountCents }) {
      const { status } = await payments.charge({ orderId, key: orderId, amountCents });
      return status === 'charged';
    },
    async ship({ orderId, cart: { productId, quantity } }) {
      await shipping.ship({ orderId, key: orderId, productId, quantity });
    },
    async confirm({ orderId }) {
      await mail.confirm({ orderId, key: orderId });
    },
  };
}
