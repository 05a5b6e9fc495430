import type { Order, OrderAnswer, RefusalReason } from '../../domain.ts';
import type { Services } from '../../services.ts';
import type { Context } from '../../system.ts';
import type { Patience } from './patience.ts';
import type { Reservations } from './reservations.ts';
import { runSaga, type SagaStep } from './saga.ts';
import type { Reservation } from './shards.ts';

/** Sells what is in a cart: once for each order id, completely or not at all. */
export interface Orders {
  buy(order: Order): Promise<OrderAnswer>;
  /** Resolves when nothing is left to undo or to send. */
  onSettled(): Promise<void>;
}

/** Time limits: about three times the 99th percentile of each. */
const paymentTimeoutMs = 1_500;
const shippingTimeoutMs = 1_000;
const mailTimeoutMs = 600;

/** An order on its way; `reservation` is the one that it is served from. */
interface Sale {
  readonly order: Order;
  reservation: Reservation;
}

/**
 * The steps of an order: validate, reserve, pay, ship, confirm. Every one carries the order's own id,
 * so that a repetition changes nothing; every one but the first can be undone, until the parcel is
 * accepted and the order cannot fail any more.
 *
 * Answers are remembered by order id in memory. In production they belong in the database: what makes
 * the steps safe are their keys, not this.
 */
export function createOrders(
  { meter }: Context,
  { catalogue, mail, payments, shipping }: Services,
  reservations: Reservations,
  patience: Patience,
): Orders {
  const answers = new Map<string, Promise<OrderAnswer>>();
  const unfinished = new Set<Promise<unknown>>();
  const payment = { timeoutMs: paymentTimeoutMs };
  const parcel = { timeoutMs: shippingTimeoutMs };

  function inBackground(work: Promise<unknown>): void {
    unfinished.add(work);
    void work.finally(() => unfinished.delete(work));
  }

  const steps: readonly SagaStep<Sale, RefusalReason>[] = [
    {
      name: 'validate',
      async run({ order: { cart, amountCents } }) {
        const product = catalogue.byId(cart.productId);
        return amountCents === (product?.priceCents ?? 0) * cart.quantity ? undefined : 'price';
      },
    },
    {
      name: 'reserve',
      async run(sale) {
        if ((await reservations.claim(sale.reservation)) === 'claimed') return undefined;
        // The hold has expired. Whoever comes back late gets what is there now.
        const { cartId, productId, quantity } = sale.order.cart;
        sale.reservation = { reservationId: `${cartId}-again`, productId, quantity };
        meter.count('reservedAgain');
        if ((await reservations.hold(sale.reservation)) === 'sold-out') return 'sold-out';
        return (await reservations.claim(sale.reservation)) === 'claimed' ? undefined : 'sold-out';
      },
      async undo({ reservation }) {
        await reservations.cancel(reservation);
      },
    },
    {
      name: 'pay',
      async run({ order: { orderId, amountCents } }) {
        const { status } = await patience.certain(
          () => payments.charge({ orderId, key: orderId, amountCents }, payment),
          async () => {
            const known = await payments.find({ key: orderId }, payment);
            return known.status === 'unknown' ? undefined : { status: known.status };
          },
        );
        return status === 'charged' ? undefined : 'card';
      },
      async undo({ order: { orderId } }) {
        await patience.persist(() => payments.refund({ key: orderId }, payment));
      },
    },
    {
      name: 'ship',
      async run({ order: { orderId, cart } }) {
        const { productId, quantity } = cart;
        await patience.certain(
          () => shipping.ship({ orderId, key: orderId, productId, quantity }, parcel),
          async () => {
            const { exists } = await shipping.find({ key: orderId }, parcel);
            return exists ? { accepted: true } : undefined;
          },
        );
        return undefined;
      },
      async undo({ order: { orderId } }) {
        await patience.persist(() => shipping.recall({ key: orderId }, parcel));
      },
    },
    {
      name: 'confirm',
      async run({ order: { orderId }, reservation }) {
        await reservations.sell(reservation);
        inBackground(
          patience.persist(() => mail.confirm({ orderId }, { timeoutMs: mailTimeoutMs })),
        );
        return undefined;
      },
    },
  ];

  async function process(order: Order): Promise<OrderAnswer> {
    const { cartId, productId, quantity } = order.cart;
    const sale = { order, reservation: { reservationId: cartId, productId, quantity } };
    const outcome = await runSaga(steps, sale);
    if (outcome.kind === 'done') return { status: 'confirmed' };
    inBackground(outcome.undone);
    meter.count('undoneOrders');
    return {
      status: 'refused',
      reason: outcome.kind === 'refused' ? outcome.refusal : 'unavailable',
    };
  }

  return {
    buy(order) {
      const known = answers.get(order.orderId);
      if (known !== undefined) return known;
      const answer = process(order);
      answers.set(order.orderId, answer);
      return answer;
    },
    async onSettled() {
      while (unfinished.size > 0) await Promise.allSettled(unfinished);
    },
  };
}
