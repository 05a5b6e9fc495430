import type { WorldContext } from '@firedrill/core/scenario';
import {
  type CartAnswer,
  type Cart,
  type Catalogue,
  type Order,
  type OrderAnswer,
  priceOf,
} from './domain.ts';
import { downstreamNames } from './domain/downstreams.ts';
import { measures } from './measurements.ts';
import { type Bank, createBank } from './truth/bank.ts';
import { type Carrier, createCarrier } from './truth/carrier.ts';
import { createMachines, type Machines } from './truth/machines.ts';
import { createOrders, type Orders } from './truth/orders.ts';
import { createStock, type Stock } from './truth/stock.ts';
import { createViews, type Views } from './truth/views.ts';
import { createWishes, type Wishes } from './truth/wishes.ts';
import type { Inventory } from './types.ts';

/**
 * What really happened: the charges at the bank, the parcels at the carrier, the mails, what each
 * downstream service believes, what is in the database, and what shoppers wanted and were told. No
 * implementation can reach it. It is written by the services, where they perform what they are asked,
 * and by the shoppers.
 */
export interface Truth {
  readonly catalogue: Catalogue;
  readonly bank: Bank;
  readonly carrier: Carrier;
  readonly machines: Machines;
  readonly orders: Orders;
  readonly stock: Stock;
  readonly views: Views;
  readonly wishes: Wishes;

  cartWanted(cart: Cart): void;
  cartAnswered(cart: Cart, answer: CartAnswer | undefined): void;
  cartEmptying(cart: Cart): void;
  cartEmptied(cart: Cart): void;
  orderPlaced(order: Order): void;
  /** Counts a press of "buy" as one that is worked on, until the shop has done with it. */
  whileInFlight<Answer>(attempt: Promise<Answer>): Promise<Answer>;
  readonly ordersInFlight: number;
  /** The shopper read the answer; `undefined`: went away without one. */
  orderAnswered(order: Order, answer: OrderAnswer | undefined): void;

  /** Orders that an ideal shop would have served, and those that were: confirmed in time, and complete. */
  ordersServed(isJudged: (placedAtMs: number) => boolean): {
    readonly done: number;
    readonly due: number;
  };
  /** Products of which the stock says something else than the shelf, and by how many units in all. */
  shelfDifference(): { readonly products: number; readonly units: number };
  /** Units that lie on the shelf, that nobody has a claim to, and that are not for sale. */
  lockedAway(): number;
  /** Units in carts that were not put aside, at the worst moment of each product. */
  unheldUnits(): number;
}

export function createTruth(context: WorldContext<Inventory>, catalogue: Catalogue): Truth {
  const { announce, elapsedMs, faults, meter, random, settings, violate } = context;
  const products = catalogue.all;
  const holdMs = 60_000 * settings.holdMinutes;
  const orders = createOrders(violate);
  const bank = createBank(random('cards'), orders, violate);

  const views = createViews({
    products,
    services: downstreamNames,
    elapsedMs,
    onRight(service, sinceMs) {
      // A service that failed itself meanwhile, or shortly before, could not know.
      const isOwnFault = faults.some(
        (fault) =>
          fault.service === service &&
          fault.toMs + afterFaultMs > sinceMs &&
          fault.fromMs < elapsedMs(),
      );
      if (!isOwnFault) meter.record(measures.timeToKnow, elapsedMs() - sinceMs);
    },
  });
  const stock = createStock({
    products,
    elapsedMs,
    violate,
    onChange(level) {
      views.changed(level);
      lookForUnheld(level.productId);
    },
  });
  const worstUnheld = new Map<string, number>();

  /** What is in a cart has to be put aside: looked at when a shopper is told so, and after each statement. */
  function lookForUnheld(productId: string): void {
    const promised = wishes.promised(productId);
    const held = stock.held(productId);
    const unheld = promised - held;
    if (unheld <= (worstUnheld.get(productId) ?? 0)) return;
    worstUnheld.set(productId, unheld);
    violate('cart-is-kept', `${promised} units of ${productId} are in carts, and ${held} are held`);
  }

  const carrier = createCarrier({
    products,
    orders,
    onOversold(text, isFirst) {
      violate('never-oversold', text);
      if (!isFirst) return;
      announce({
        name: 'oversold',
        severity: 'critical',
        text: `first units sold that do not exist: ${text}`,
      });
    },
    onShelfChanged: (productId) => wishes.shelfChanged(productId),
  });
  const wishes = createWishes({
    products,
    onShelf: (productId) => carrier.onShelf(productId),
    elapsedMs,
    holdMs,
    patienceMs: settings.shopperTimeoutMs,
    onNotKept: (text) => violate('cart-is-kept', text),
  });
  const machines = createMachines({
    elapsedMs,
    bootMs: settings.bootMs,
    booted: settings.minNodes,
    usdPerHour: settings.nodeUsdPerHour,
  });

  let ordersInFlight = 0;
  let lookedAtMs = -Infinity;
  let lockedAway = 0;

  function differences(): readonly number[] {
    return products
      .map(({ id }) => Math.abs(stock.available(id) - carrier.onShelf(id)))
      .filter((difference) => difference > 0);
  }

  return {
    catalogue,
    bank,
    carrier,
    machines,
    orders,
    stock,
    views,
    wishes,

    cartWanted: (cart) => wishes.cartWanted(cart),
    cartAnswered({ cartId, productId }, answer) {
      wishes.cartAnswered(cartId, answer);
      lookForUnheld(productId);
    },
    cartEmptying: ({ cartId }) => wishes.cartEmptying(cartId),
    cartEmptied: ({ cartId }) => wishes.cartEmptied(cartId),

    orderPlaced(order) {
      const product = catalogue.byId(order.cart.productId);
      const priceCents = product === undefined ? 0 : priceOf(product, order.cart);
      orders.place(order, priceCents);
      wishes.orderPlaced(order, order.amountCents === priceCents && bank.isCardGood(order.orderId));
    },
    whileInFlight(attempt) {
      ordersInFlight += 1;
      return attempt.finally(() => {
        ordersInFlight -= 1;
      });
    },
    get ordersInFlight() {
      return ordersInFlight;
    },
    orderAnswered(order, answer) {
      wishes.orderAnswered(order, answer);
      if (answer === undefined) orders.left(order.orderId);
      else orders.told(order.orderId, answer);
    },

    ordersServed(isJudged) {
      const incomplete = new Set(orders.incomplete());
      const due = wishes.orders.filter(({ placedAtMs }) => isJudged(placedAtMs));
      const done = due.filter(
        ({ orderId, isConfirmed }) => isConfirmed && !incomplete.has(orders.of(orderId)),
      );
      return { done: done.length, due: due.length };
    },
    shelfDifference() {
      const all = differences();
      return { products: all.length, units: all.reduce((sum, each) => sum + each, 0) };
    },
    lockedAway() {
      if (elapsedMs() < lookedAtMs + lookEveryMs) return lockedAway;
      lookedAtMs = elapsedMs();
      lockedAway = 0;
      for (const { id } of products) {
        const available = stock.available(id);
        if (available >= carrier.onShelf(id)) continue;
        lockedAway += Math.max(0, wishes.free(id) - available);
      }
      return lockedAway;
    },
    unheldUnits: () => [...worstUnheld.values()].reduce((sum, each) => sum + each, 0),
  };
}

/** Units that are locked away are looked for this often: they lie there for minutes. */
const lookEveryMs = 10_000;

/** A service that is back is told what it missed within this time. */
const afterFaultMs = 60_000;
