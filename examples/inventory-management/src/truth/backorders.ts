import { type Product, secondHoldOf } from '../domain.ts';
import type { OrderRecord } from './orders.ts';

/**
 * What is sold above what lies on the shelf: how much of it there is, who has to wait, and who gets what comes. The
 * queue is that of the holds, in the order in which they were made; of those the first have what is there.
 */
export interface Backorders {
  /** Units that may be held or sold above what is on the shelf of a product now. */
  allowed(productId: string): number;
  held(reservationId: string, quantity: number, productId: string): void;
  ended(reservationId: string): void;
  /** A parcel has left, or has been called back. */
  sent(record: OrderRecord, isSent: boolean): void;
  /** More lies on the shelf of a product. */
  delivered(productId: string): void;
  /** A shopper was told that the order waits for units. */
  promised(record: OrderRecord): void;
  /** And then that they do not come. */
  cancelled(record: OrderRecord): void;
  /** Whether an order is paid for, and has no parcel. */
  isWaiting(record: OrderRecord): boolean;
  /** Units that were held or sold beyond what was allowed. */
  readonly unitsBeyond: number;
  /** Parcels with units that those who came before were waiting for. */
  readonly outOfTurn: number;
  /** Orders that were told to wait, and then neither sent nor given back in time. */
  broken(): number;
  /** Orders that were told to wait, and of those the ones that were cancelled. */
  readonly told: number;
  readonly cancelledInTheEnd: number;
}

export interface BackordersOptions {
  readonly products: readonly Product[];
  readonly elapsedMs: () => number;
  readonly onShelf: (productId: string) => number;
  /** Whether the delivery of a product is on the shelf: from then on nothing is sold above it. */
  readonly isDelivered: (productId: string) => boolean;
  /** Whether a hold is in the copy of the stock that is sold from: a failover may lose what nobody was told of. */
  readonly isOpen: (reservationId: string) => boolean;
  /** Whether all that sending and undoing take has been well since then. */
  readonly wasWell: (sinceMs: number) => boolean;
  readonly violate: (
    rule: 'oversold-as-allowed' | 'backorders-in-turn' | 'backorders-are-kept',
    text: string,
  ) => void;
}

/** Units that are there are sent to who waits for them within this time, in ms. */
const sentWithinMs = 120_000;
/** What is not there by the promised date is undone so soon after it, in ms. */
const undoneWithinMs = 180_000;
/** Whoever has what it takes at hand again has done it within this time, in ms. */
const againAfterMs = 60_000;

interface Hold {
  readonly quantity: number;
  isSent: boolean;
}

interface Waiting {
  readonly record: OrderRecord;
  /** Since when there are units for it; `undefined` while there are none. */
  thereSinceMs: number | undefined;
}

export function createBackorders(options: BackordersOptions): Backorders {
  const { products, elapsedMs, onShelf, isDelivered, isOpen, wasWell, violate } = options;
  const policies = new Map(products.map(({ id, backorders }) => [id, backorders]));
  const queues = new Map<string, Map<string, Hold>>(products.map(({ id }) => [id, new Map()]));
  const productOf = new Map<string, string>();
  const waiting = new Map<string, Waiting>();
  const brokenOrders = new Set<OrderRecord>();
  let unitsBeyond = 0;
  let outOfTurn = 0;
  let cancelledInTheEnd = 0;

  const allowed = (productId: string): number =>
    isDelivered(productId) ? 0 : (policies.get(productId)?.units ?? 0);

  const queueOf = (productId: string): Map<string, Hold> => queues.get(productId) ?? new Map();

  /** Units in holds up to one of those, or in all of them, whose parcels have not left. */
  function unitsUpTo(productId: string, last: readonly string[] = []): number {
    let units = 0;
    for (const [id, { quantity, isSent }] of queueOf(productId)) {
      if (!isSent && isOpen(id)) units += quantity;
      if (last.includes(id) && isOpen(id)) break;
    }
    return units;
  }

  function broke(record: OrderRecord, text: string): void {
    if (brokenOrders.has(record)) return;
    brokenOrders.add(record);
    violate('backorders-are-kept', `${record.order.orderId} ${text}`);
  }

  /** Breaks a promise when it is not kept after so long, unless what it takes has failed meanwhile. */
  function lookAfter(ms: number, isKept: () => boolean, record: OrderRecord, text: string): void {
    setTimeout(() => {
      if (isKept()) return;
      if (wasWell(elapsedMs() - sentWithinMs)) broke(record, text);
      else lookAfter(againAfterMs, isKept, record, text);
    }, ms);
  }

  /** Notes for whom of those who wait there are units now. */
  function lookForUnits(productId: string): void {
    for (const each of waiting.values()) {
      const { record } = each;
      if (record.order.cart.productId !== productId) continue;
      const isThere = unitsUpTo(productId, holdsOf(record)) <= onShelf(productId);
      if (!isThere) each.thereSinceMs = undefined;
      if (!isThere || each.thereSinceMs !== undefined) continue;
      const sinceMs = elapsedMs();
      each.thereSinceMs = sinceMs;
      const isKept = () =>
        each.thereSinceMs !== sinceMs || record.parcels > 0 || record.isCancelled;
      lookAfter(sentWithinMs, isKept, record, 'waits for units that have been there for long');
    }
  }

  return {
    allowed,
    held(reservationId, quantity, productId) {
      const queue = queueOf(productId);
      // One that a failover has lost, and that is made again, comes last.
      queue.delete(reservationId);
      queue.set(reservationId, { quantity, isSent: false });
      productOf.set(reservationId, productId);
      const beyond = unitsUpTo(productId) - onShelf(productId) - allowed(productId);
      if (beyond <= 0) return;
      unitsBeyond += Math.min(quantity, beyond);
      violate(
        'oversold-as-allowed',
        `${reservationId} holds ${quantity} of ${productId}, ${beyond} more than may be sold`,
      );
    },
    ended(reservationId) {
      const productId = productOf.get(reservationId) ?? '';
      queueOf(productId).delete(reservationId);
      lookForUnits(productId);
    },
    sent(record, isSent) {
      const { productId } = record.order.cart;
      const queue = queueOf(productId);
      const own = holdsOf(record).filter((id) => queue.has(id) && isOpen(id));
      for (const id of own) queue.set(id, { quantity: queue.get(id)?.quantity ?? 0, isSent });
      const before = unitsUpTo(productId, own);
      if (isSent && own.length > 0 && before > onShelf(productId)) {
        outOfTurn += 1;
        violate(
          'backorders-in-turn',
          `${record.order.orderId} is sent, with ${before} of ${productId} held by others before, and ${onShelf(productId)} left`,
        );
      }
      lookForUnits(productId);
    },
    delivered: lookForUnits,
    promised(record) {
      const { orderId, cart } = record.order;
      waiting.set(orderId, { record, thereSinceMs: undefined });
      lookForUnits(cart.productId);
      const byMs = policies.get(cart.productId)?.byMs ?? 0;
      lookAfter(
        Math.max(0, byMs - elapsedMs()) + undoneWithinMs,
        () => isSettled(record),
        record,
        'was to be sent, or given back, by a date that is over',
      );
    },
    cancelled(record) {
      cancelledInTheEnd += 1;
      const byMs = policies.get(record.order.cart.productId)?.byMs ?? 0;
      if (elapsedMs() < byMs) broke(record, 'is cancelled before the promised date');
      if (record.isConfirmed) broke(record, 'is cancelled, and was confirmed');
    },
    isWaiting: ({ charges, parcels }) => charges > 0 && parcels === 0,
    broken() {
      const open = [...waiting.values()].filter(({ record }) => !isSettled(record));
      return new Set([...brokenOrders, ...open.map(({ record }) => record)]).size;
    },
    get unitsBeyond() {
      return unitsBeyond;
    },
    get outOfTurn() {
      return outOfTurn;
    },
    get told() {
      return waiting.size;
    },
    get cancelledInTheEnd() {
      return cancelledInTheEnd;
    },
  };
}

/** An order is served from the hold of its cart, or from a second one. */
const holdsOf = ({ order: { cart } }: OrderRecord): readonly string[] => [
  cart.cartId,
  secondHoldOf(cart.cartId),
];

/** Sent and confirmed, or told otherwise and with nothing left of it. */
const isSettled = ({ order, isConfirmed, isCancelled, charges, parcels, unitsSent }: OrderRecord) =>
  isCancelled
    ? !isConfirmed && charges === 0 && parcels === 0
    : isConfirmed && charges > 0 && unitsSent >= order.cart.quantity;
