import { simulateSystem } from '@firedrill/core/scenario/testing';
import { createRandom } from '@firedrill/core/simulation';
import type { Order } from '../src/domain.ts';
import { example } from '../src/example.ts';
import { productId } from '../src/services/catalogue.ts';
import type { Settings } from '../src/settings.ts';

/**
 * What comes of where the hold begins, and of how far a product is sold: the shop of week 5 as it is, one product that
 * everybody wants, the same shoppers each time, no faults, and a delivery of which a part may be missing.
 */
export const holds = ['in the cart', 'at the payment'] as const;
export type HoldsFrom = (typeof holds)[number];

export const soldDownTo = ['deny', 'buffer 10', 'allow 20 %'] as const;
export type Policy = (typeof soldDownTo)[number];

/** Share of the shoppers who fill a cart and never pay: as this shop has it, and as is usual. */
export const abandonments = [0.25, 0.7] as const;

export interface Sale {
  /** Units paid for in the first ten minutes, and in the end; without what was given back. */
  readonly soldSoon: number;
  readonly sold: number;
  /** Shoppers who were told at the page that it is sold out. */
  readonly turnedAway: number;
  /** Shoppers who had it in the cart, wanted to pay, and were told that it is sold out. */
  readonly disappointed: number;
  /** Most units at once that were held for carts that nobody paid for. */
  readonly lockedAway: number;
  /** Units that were sold with a date, and of those the ones that were paid back. */
  readonly backordered: number;
  readonly cancelled: number;
}

const minute = 60_000;
const units = 200;
const saleMs = 20 * minute;
const shopperCount = 600;
const soonMs = 10 * minute;
/** All holds have ended, and all that was not delivered is given back. */
const endMs = 50 * minute;
/** As in the storm. */
const thinking = { p50: 10_000, p99: 40_000 };
const pairShare = 0.2;
const lookEveryMs = 5_000;

const policySettings: Readonly<Record<Policy, Partial<Settings>>> = {
  deny: {},
  'buffer 10': { bufferUnits: 10 },
  'allow 20 %': { oversell: true, oversellPercent: 20 },
};

/** The same for every way: when somebody comes, how many are wanted, how long it takes, and whether it is bought. */
function shoppersWith(abandonShare: number) {
  const random = createRandom(1, 'oversell');
  return Array.from({ length: shopperCount }, (_, index) => ({
    number: index + 1,
    atMs: random.integer(0, saleMs),
    quantity: random.chance(pairShare) ? 2 : 1,
    thinkMs: random.logNormal(thinking),
    buys: random.next() >= abandonShare,
  })).toSorted((a, b) => a.atMs - b.atMs);
}

/** A sale of twenty minutes of one product with 200 units. */
export function sell(holdsFrom: HoldsFrom, policy: Policy, abandonShare: number): Promise<Sale> {
  const settings = {
    products: 2,
    hotProducts: 1,
    hotUnits: units,
    holdAtCheckout: holdsFrom === 'at the payment',
    ...policySettings[policy],
  };
  return simulateSystem(
    example,
    { implementation: 'hardened', settings },
    async ({ context, sleep, system, truth }) => {
      const product = productId(1);
      const priceCents = truth.catalogue.byId(product)?.priceCents ?? 0;
      /** Units in carts that nobody will pay for. */
      const left = new Map<string, number>();
      let turnedAway = 0;
      let disappointed = 0;
      let backordered = 0;
      let lockedAway = 0;

      const paidUnits = (): number =>
        [...truth.orders.all()].reduce(
          (sum, { charges, order }) => sum + charges * order.cart.quantity,
          0,
        );

      const visits = shoppersWith(abandonShare).map(async (shopper) => {
        await sleep(shopper.atMs);
        const { number, quantity } = shopper;
        const cart = { cartId: `cart-${number}`, productId: product, quantity };
        truth.cartWanted(cart);
        const inCart = await system.addToCart(cart);
        truth.cartAnswered(cart, inCart);
        if (inCart.status !== 'in-cart') {
          turnedAway += 1;
          return;
        }
        if (!shopper.buys) {
          left.set(cart.cartId, quantity);
          return;
        }
        await sleep(shopper.thinkMs);
        const amountCents = priceCents * quantity;
        const order: Order = { orderId: `order-${number}`, cart, amountCents };
        truth.orderPlaced(order);
        const answer = await system.buy(order);
        truth.orderAnswered(order, answer);
        if (answer.status === 'backordered') backordered += quantity;
        if (answer.status === 'refused' && answer.reason === 'sold-out') disappointed += 1;
      });

      const watching = setInterval(() => {
        let held = 0;
        for (const [cartId, quantity] of left) {
          if (truth.stock.stateOf(cartId) === 'held') held += quantity;
        }
        lockedAway = Math.max(lockedAway, held);
      }, lookEveryMs);

      await sleep(soonMs);
      const soldSoon = paidUnits();
      await Promise.all(visits);
      await sleep(endMs - context.elapsedMs());
      clearInterval(watching);
      const cancelled = [...truth.orders.all()]
        .filter(({ isCancelled }) => isCancelled)
        .reduce((sum, { order }) => sum + order.cart.quantity, 0);
      return {
        soldSoon,
        sold: paidUnits(),
        turnedAway,
        disappointed,
        lockedAway,
        backordered,
        cancelled,
      };
    },
  );
}
