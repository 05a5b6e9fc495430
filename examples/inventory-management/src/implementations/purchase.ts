import type { Order } from '../domain.ts';
import type { Services } from '../services.ts';

/** Paying and shipping as the first four implementations do it. */
export interface Purchase {
  /** False when the card was declined. */
  pay(order: Order): Promise<boolean>;
  ship(order: Order): Promise<void>;
  confirm(order: Order): Promise<void>;
}

/** Time limit of these calls, and of those to the database, in the first four implementations. */
export const callTimeoutMs = 5_000;

/**
 * The way from the card to the parcel that the first four implementations share, as most first
 * versions are.
 *
 * Flaw: every attempt has a key of its own, and a time-out counts as a failure although the money may
 * be gone or the parcel under way. A shopper who tries again is charged and sent the goods again, and
 * an order that fails half-way leaves what was done before.
 */
export function createPurchase({ payments, shipping, mail }: Services): Purchase {
  const options = { timeoutMs: callTimeoutMs };
  let sequence = 0;

  function nextKey(): string {
    sequence += 1;
    return `attempt-${sequence}`;
  }

  return {
    async pay({ orderId, amountCents }) {
      const { status } = await payments.charge({ orderId, key: nextKey(), amountCents }, options);
      return status === 'charged';
    },
    async ship({ orderId, cart: { productId, quantity } }) {
      await shipping.ship({ orderId, key: nextKey(), productId, quantity }, options);
    },
    async confirm({ orderId }) {
      await mail.confirm({ orderId }, options);
    },
  };
}
