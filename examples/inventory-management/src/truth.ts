import { faultsSince, type WorldContext } from '@firedrill/core/scenario';
import type { IdentifiedFault } from '@firedrill/core/services';
import {
  type CartAnswer,
  type Cart,
  type Catalogue,
  type Order,
  type OrderAnswer,
  priceOf,
} from './domain.ts';
import { downstreamNames } from './domain/downstreams.ts';
import { stockDatabase } from './domain/replicas.ts';
import type { Shards } from './domain/shards.ts';
import { measures } from './measurements.ts';
import { type Answers, createAnswers } from './truth/answers.ts';
import { type Backorders, createBackorders } from './truth/backorders.ts';
import { type Bank, createBank } from './truth/bank.ts';
import { type Carrier, createCarrier } from './truth/carrier.ts';
import { createDeliveries, type Deliveries } from './truth/deliveries.ts';
import { createFairness, type Fairness } from './truth/fairness.ts';
import { createLastUnits, type LastUnits } from './truth/last-units.ts';
import { createMachines, type Machines } from './truth/machines.ts';
import { createMiscounts, type Miscounts } from './truth/miscounts.ts';
import { createMoving, type Moving } from './truth/moving.ts';
import { createOrders, type Orders } from './truth/orders.ts';
import { createRepeats, type Repeats } from './truth/repeats.ts';
import { createReplicas, type Replicas } from './truth/replicas.ts';
import { createReturns, type Returns } from './truth/returns.ts';
import { createRowLocks, type RowLocks } from './truth/row-locks.ts';
import { createSparing, type Sparing } from './truth/sparing.ts';
import { createStock, type Stock, type StockOptions } from './truth/stock.ts';
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
  readonly answers: Answers;
  /** `undefined` where nothing is sold above what is there; so are `deliveries`. */
  readonly backorders: Backorders | undefined;
  readonly bank: Bank;
  readonly carrier: Carrier;
  readonly deliveries: Deliveries | undefined;
  readonly fairness: Fairness;
  /** `undefined` where nobody waits for a row; so are `rowLocks`. */
  readonly lastUnits: LastUnits | undefined;
  readonly machines: Machines;
  readonly miscounts: Miscounts;
  /** The shards between which rows move; `undefined` where none is added. */
  readonly moving: Moving | undefined;
  readonly orders: Orders;
  readonly repeats: Repeats;
  /** The copies that the stock is kept in; `undefined` where it is one database. */
  readonly replicas: Replicas | undefined;
  readonly returns: Returns;
  readonly rowLocks: RowLocks | undefined;
  readonly sparing: Sparing;
  readonly stock: Stock;
  readonly views: Views;
  readonly wishes: Wishes;

  /** @param isBot Whether it is none of the people: the shop cannot know. */
  cartWanted(cart: Cart, isBot?: boolean): void;
  cartAnswered(cart: Cart, answer: CartAnswer | undefined): void;
  cartEmptying(cart: Cart): void;
  cartEmptied(cart: Cart): void;
  orderPlaced(order: Order): void;
  /** Counts a press of "buy" as one that is worked on, until the shop has done with it. */
  whileInFlight<Answer>(attempt: Promise<Answer>): Promise<Answer>;
  readonly ordersInFlight: number;
  /** The shopper read the answer; `undefined`: went away without one. */
  orderAnswered(order: Order, answer: OrderAnswer | undefined): void;
  /** The shopper who went away without an answer presses again. Gives back what takes the answer to that. */
  cameBack(order: Order): (answer: OrderAnswer | undefined) => void;

  /** Orders that an ideal shop would have served, and those that were: confirmed in time, and complete. */
  ordersServed(isJudged: (placedAtMs: number) => boolean): {
    readonly done: number;
    readonly due: number;
  };
  /** Products of which the stock says something else than the shelf, and by how many units in all. */
  shelfDifference(): { readonly products: number; readonly units: number };
  /** Units that lie on the shelf, that nobody has a claim to, and that are not for sale. */
  lockedAway(): number;
  /** Changes that a service which is well again has learnt of late. */
  readonly toldLate: number;
  /** Carts that ended otherwise than their shoppers ended them, and than they were told. */
  readonly cartsEndedWrong: number;
  /** Units that were put aside for a cart that nobody was buying, where that is promised to nobody. */
  readonly heldTooEarly: number;
  /** Shoppers who were told that units are held for them, of whom the copy that is sold from knows nothing. */
  readonly silentLosses: number;
  /** Machines that are paid for and have had no work; to be asked once a second. */
  spareMachines(): number;
  /** Units in carts that were not put aside, at the worst moment of each product. */
  unheldUnits(): number;
}

export function createTruth(
  context: WorldContext<Inventory>,
  catalogue: Catalogue,
  shards: Shards,
): Truth {
  const { announce, elapsedMs, meter, random, settings, violate } = context;
  const products = catalogue.all;
  /** Who waits for units is told by mail. */
  const forSending = settings.oversell ? [...forBuying, 'mail'] : forBuying;
  const holdMs = 60_000 * settings.holdMinutes;
  /** Whether no fault of such a service lies in the time since then. */
  const wasWell = (sinceMs: number, isOf: (service: string) => boolean): boolean =>
    !faultsSince(context, sinceMs).some(({ service }) => isOf(service));
  const answers = createAnswers({
    wasWell: (sinceMs) =>
      wasWell(sinceMs, (service) => !downstreams.has(service) && !afterwards.has(service)),
    onFalse: (text) => violate('answers-are-true', text),
  });
  const orders = createOrders({
    elapsedMs,
    violate,
    couldMail: (forMs) => wasWell(elapsedMs() - forMs, isOneOf('mail', 'sagas', 'app')),
    couldUndo: (forMs) => wasWell(elapsedMs() - forMs, isOneOf(...forSending)),
    onBackordered: (record) => backorders?.promised(record),
    onCancelled: (record) => backorders?.cancelled(record),
    onConfirmedAfterAll: (orderId) => answers.noteFalse(`${orderId} was refused, and is confirmed`),
  });
  const returns = createReturns({
    elapsedMs,
    wasWell: (sinceMs) => wasWell(sinceMs - upAgainMs, isOneOf(...forBuying)),
    onTurnedAway: (text) => violate('back-and-served', text),
  });
  const repeats = createRepeats(elapsedMs, (text) => violate('asked-with-pauses', text));
  const sparing = createSparing({
    elapsedMs,
    wasAway: (service, sinceMs) =>
      wasWell(sinceMs, isOneOf('app')) &&
      faultsSince(context, elapsedMs()).some(
        (fault) => fault.service === service && fault.fromMs <= sinceMs && isOut(fault),
      ),
    onInVain: (text) => violate('failing-is-spared', text),
  });
  const bank = createBank(random('cards'), orders, violate);

  const views = createViews({
    products,
    services: downstreamNames,
    elapsedMs,
    isWell: (service) =>
      wasWell(elapsedMs() - afterFaultMs, isOneOf(service)) &&
      wasWell(elapsedMs() - afterCrashMs, isOneOf('app')),
    onMisplaced: (text) => violate('updates-are-news', text),
    onInvented: (text) => violate('updates-are-true', text),
    onRight(service, sinceMs) {
      // A service that failed itself meanwhile, or shortly before, could not know.
      if (wasWell(sinceMs - afterFaultMs, isOneOf(service))) {
        meter.record(measures.timeToKnow, elapsedMs() - sinceMs);
        return;
      }
      const lateFromMs = Math.max(sinceMs, elapsedMs() - catchUpMs);
      if (sinceMs >= lateFromMs || !wasWell(lateFromMs, isOneOf(service, ...stockDatabase, 'app')))
        return;
      toldLate += 1;
      violate('downstreams-catch-up', `${service} is well again, and is told after a minute only`);
    },
  });
  const stockOptions: StockOptions = {
    products,
    elapsedMs,
    violate,
    onHold(reservationId, quantity, productId) {
      backorders?.held(reservationId, quantity, productId);
      fairness.held(reservationId, quantity);
      if (wishes.mayBeHeld(reservationId)) return;
      heldTooEarly += quantity;
      violate('held-from-checkout', `${reservationId} is held, and nobody is buying it`);
    },
    onEnd(reservationId, as) {
      backorders?.ended(reservationId);
      fairness.ended(reservationId, as);
      if (as === 'sold' || wishes.mayEnd(reservationId, as)) return;
      endedWrong(`${reservationId} is ${as}, and nobody has given it up`);
    },
    onChange(level) {
      miscounts.fell(level.productId, level.available);
      views.changed(level);
      const above = backorders?.allowed(level.productId) ?? 0;
      lastUnits?.changed({ ...level, available: level.available + above });
      lookForUnheld(level.productId);
    },
    onReceive: ({ deliveryId }) => deliveries?.booked(deliveryId),
  };
  const replicas = settings.replicas
    ? createReplicas({
        ...stockOptions,
        shards,
        faultsSince: (sinceMs) => faultsSince(context, sinceMs),
        onOutvoted: (text) => violate('one-primary', text),
        onNeedless: (text) => violate('primary-stays', text),
        onLost(text, reservationId) {
          violate('acknowledged-survives', text);
          if (wishes.isPromised(reservationId)) lookForLoss(reservationId);
        },
      })
    : undefined;
  const moving = settings.reshard
    ? createMoving({
        ...stockOptions,
        shards,
        rowsPerSecond: settings.copyRowsPerSecond,
        faultsSince: (sinceMs) => faultsSince(context, sinceMs),
        onOwnedTwice: (text) => violate('one-owner', text),
        onLost: (text) => violate('moves-lose-nothing', text),
      })
    : undefined;
  const stock = replicas?.stock ?? moving?.stock ?? createStock(stockOptions);
  const rowLocks =
    settings.rowLockMs > 0 ? createRowLocks(settings.rowLockMs, elapsedMs) : undefined;
  const lastUnits =
    rowLocks &&
    createLastUnits(
      products,
      (productId) => stock.available(productId) + (backorders?.allowed(productId) ?? 0),
      (text) => violate('last-units-are-found', text),
    );
  const lostSilently = new Set<string>();
  let cartsEndedWrong = 0;
  let heldTooEarly = 0;
  let toldLate = 0;

  function endedWrong(text: string): void {
    cartsEndedWrong += 1;
    violate('cart-ends-as-told', text);
  }

  /** Somebody was told that units are held: there is a reservation, whatever becomes of it. */
  function lookForLoss(cartId: string): void {
    if (stock.stateOf(cartId) !== undefined) return;
    lostSilently.add(cartId);
    violate('told-and-held', `${cartId} was told that its units are held, and nobody knows of it`);
  }

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

  const miscounts = createMiscounts(
    products,
    settings.miscounts ? random('miscounts') : undefined,
    (text) => violate('last-units-are-kept', text),
  );
  const carrier = createCarrier({
    products,
    orders,
    missing: (productId) => miscounts.missing(productId),
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
    onSent(record, isSent) {
      backorders?.sent(record, isSent);
      if (record.isBackordered && isSent) wishes.sent(record.order);
    },
  });
  const deliveries = settings.oversell
    ? createDeliveries({
        products,
        random: random('deliveries'),
        elapsedMs,
        wasWell: (sinceMs) => wasWell(sinceMs, isOneOf(...stockDatabase, 'deliveries', 'app')),
        onShelf(productId, units) {
          carrier.deliver(productId, units);
          backorders?.delivered(productId);
        },
        onLate: (text) => violate('deliveries-are-booked', text),
      })
    : undefined;
  const backorders =
    deliveries &&
    createBackorders({
      products,
      elapsedMs,
      onShelf: (productId) => carrier.onShelf(productId),
      isDelivered: (productId) => deliveries.isBooked(productId),
      isOpen(reservationId) {
        const state = stock.stateOf(reservationId);
        return state === 'held' || state === 'claimed';
      },
      wasWell: (sinceMs) => wasWell(sinceMs, isOneOf(...forSending)),
      violate,
    });
  const wishes = createWishes({
    products,
    onShelf: (productId) =>
      carrier.onShelf(productId) -
      (catalogue.byId(productId)?.keptUnits ?? 0) +
      (backorders?.allowed(productId) ?? 0),
    elapsedMs,
    holdMs,
    isHeldAtCheckout: settings.holdAtCheckout,
    patienceMs: settings.shopperTimeoutMs,
    couldUndo: (sinceMs) => wasWell(sinceMs, isOneOf(...forBuying)),
    isWaiting: (orderId) => backorders?.isWaiting(orders.of(orderId)) ?? false,
    onNotKept: (text) => violate('cart-is-kept', text),
    onFalselySoldOut: (text) => answers.noteFalse(text),
  });
  const fairness = createFairness({
    products,
    elapsedMs,
    onOver: (text) => violate('limit-is-kept', text),
    onWronglyRefused: (text) => violate('limit-is-the-reason', text),
  });
  const machines = createMachines({
    elapsedMs,
    bootMs: settings.bootMs,
    booted: settings.minNodes,
    usdPerHour: settings.nodeUsdPerHour,
    workers: settings.nodeWorkers,
  });

  let ordersInFlight = 0;
  let lookedAtMs = -Infinity;
  let lockedAway = 0;

  function differences(): readonly number[] {
    return products
      .map(({ id }) => Math.abs(stock.available(id) - carrier.onShelf(id)))
      .filter((difference) => difference > 0);
  }

  function toldOfOrder(order: Order, answer: OrderAnswer): void {
    const { orderId, amountCents } = order;
    const { placedAtMs, priceCents } = orders.of(orderId);
    const mayWait = catalogue.byId(order.cart.productId)?.backorders !== undefined;
    answers.told(order, answer, {
      placedAtMs,
      isPriceRight: amountCents === priceCents,
      isCardGood: bank.isCardGood(orderId),
      mayWait,
    });
    orders.told(orderId, answer);
  }

  return {
    catalogue,
    answers,
    backorders,
    bank,
    carrier,
    deliveries,
    fairness,
    lastUnits,
    machines,
    miscounts,
    moving,
    orders,
    repeats,
    replicas,
    returns,
    rowLocks,
    sparing,
    stock,
    views,
    wishes,

    cartWanted(cart, isBot) {
      wishes.cartWanted(cart);
      fairness.wanted(cart, isBot);
      lastUnits?.pressed(cart.cartId, cart.productId, cart.quantity);
    },
    cartAnswered(cart, answer) {
      const { cartId, productId } = cart;
      wishes.cartAnswered(cartId, answer);
      fairness.answered(cart, answer);
      lastUnits?.answered(cartId, answer?.status === 'sold-out');
      lookForUnheld(productId);
      if (replicas !== undefined && wishes.isPromised(cartId)) lookForLoss(cartId);
    },
    cartEmptying: ({ cartId }) => wishes.cartEmptying(cartId),
    cartEmptied({ cartId, productId }) {
      wishes.cartEmptied(cartId);
      const { state } = stock.find(productId, cartId);
      if (state === 'held' || state === 'claimed') endedWrong(`${cartId} is empty, and ${state}`);
    },

    orderPlaced(order) {
      const product = catalogue.byId(order.cart.productId);
      const priceCents = product === undefined ? 0 : priceOf(product, order.cart);
      orders.place(order, priceCents);
      fairness.buying(order.cart);
      lastUnits?.pressed(order.orderId, order.cart.productId, order.cart.quantity);
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
      lastUnits?.answered(
        order.orderId,
        answer?.status === 'refused' && answer.reason === 'sold-out',
      );
      fairness.bought(order.cart, answer?.status === 'refused' && answer.reason === 'over-limit');
      if (answer === undefined) orders.left(order.orderId);
      else toldOfOrder(order, answer);
    },
    cameBack(order) {
      const answered = returns.cameBack(order.orderId);
      const ended = wishes.cameBack(order);
      return (answer) => {
        answered(answer !== undefined);
        ended(answer);
        if (answer !== undefined) toldOfOrder(order, answer);
      };
    },

    ordersServed(isJudged) {
      const incomplete = new Set(orders.incomplete());
      // Who waited for units that did not come could not be served.
      const due = wishes.orders.filter(
        ({ orderId, placedAtMs }) => isJudged(placedAtMs) && !orders.of(orderId).isCancelled,
      );
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
        const above = backorders?.allowed(id) ?? 0;
        lockedAway += Math.max(0, wishes.free(id) - above - available);
      }
      return lockedAway;
    },
    spareMachines: () =>
      machines.spare(
        meanUpdateMs * views.updates,
        !wasWell(elapsedMs(), (each) => downstreams.has(each)),
      ),
    get toldLate() {
      return toldLate;
    },
    get silentLosses() {
      return lostSilently.size;
    },
    get heldTooEarly() {
      return heldTooEarly;
    },
    get cartsEndedWrong() {
      return cartsEndedWrong;
    },
    unheldUnits: () => [...worstUnheld.values()].reduce((sum, each) => sum + each, 0),
  };
}

/** What an order needs only when it cannot fail any more, or not before its parcel. */
const afterwards = new Set(['shipping', 'mail', 'machines']);

/** What takes part in an order until its shopper is answered. */
const forBuying = [...stockDatabase, 'sagas', 'payments', 'shipping', 'app'];

/** A process that crashed takes up what it has left first. */
const upAgainMs = 5_000;

const downstreams = new Set<string>(downstreamNames);

/** Whether nobody gets through to a service that has this fault. */
function isOut(fault: IdentifiedFault): boolean {
  if ((fault.share ?? 1) < 1) return false;
  const { kind } = fault;
  return (
    kind === 'partition' || kind === 'hang' || (kind === 'error' && (fault.status ?? 503) >= 500)
  );
}

/** What an update takes on an ordinary day, half of the time at least. */
const meanUpdateMs = 65;

/** A service that is back knows within this time what it missed, if nothing else fails. */
const catchUpMs = 60_000;

const isOneOf =
  (...names: readonly string[]) =>
  (service: string): boolean =>
    names.includes(service);

/** Who comes back after a crash does not know who was told what, and tells everybody, within this time. */
const afterCrashMs = 300_000;

/** Units that are locked away are looked for this often: they lie there for minutes. */
const lookEveryMs = 10_000;

/** A service that is back is told what it missed within this time. */
const afterFaultMs = 60_000;
