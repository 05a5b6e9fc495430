import { plural } from '@firedrill/core/scenario';
import { ServiceFailure } from '@firedrill/core/services';
import type { Order, OrderAnswer } from '../domain.ts';

/** One order, with everything that happened for it outside the shop. */
export interface OrderRecord {
  readonly order: Order;
  readonly placedAtMs: number;
  /** What it costs, by the catalogue. */
  readonly priceCents: number;
  /** Charges that were not given back. */
  charges: number;
  chargedCents: number;
  /** Parcels that were not called back. */
  parcels: number;
  /** Units of the ordered product in those. */
  unitsSent: number;
  /** Confirmations that were sent, each key counted once. */
  mails: number;
  /** Told so on the page, or by mail. */
  isConfirmed: boolean;
  /** Told on the page that it comes to nothing. */
  isRefused: boolean;
  /** Told, on the page or by mail, that it waits for units, and then that they do not come. */
  isBackordered: boolean;
  isCancelled: boolean;
}

/** The orders that were placed, and what their shoppers were told. */
export interface Orders {
  place(order: Order, priceCents: number): void;
  /** @throws ServiceFailure (404) for an order that nobody placed. */
  of(orderId: string): OrderRecord;
  told(orderId: string, answer: OrderAnswer): void;
  /** The shopper went away without an answer. */
  left(orderId: string): void;
  /** A confirmation was asked for; the same key sends none again. */
  mailed(orderId: string, key: string): void;
  /** Somebody is told by mail that an order waits for units, or that they do not come. */
  notified(orderId: string, what: 'backordered' | 'cancelled'): void;
  /** Says so if an order is charged or shipped more than once now. */
  noticeSoldTwice(record: OrderRecord): void;
  all(): Iterable<OrderRecord>;
  /** Orders that came to nothing for the shopper, and of which something stayed. */
  traces(): readonly OrderRecord[];
  /** Orders that are charged or shipped more than once. */
  soldTwice(): readonly OrderRecord[];
  /** Orders that were confirmed, and are not paid for once and sent once, with all that was ordered. */
  incomplete(): readonly OrderRecord[];
  /** Orders that were confirmed on the page, and of which no mail was sent, or one long after. */
  unmailed(): readonly OrderRecord[];
  /** Orders that more than one confirmation was sent of. */
  mailedTwice(): readonly OrderRecord[];
  readonly confirmed: number;
}

/** Time to undo an order, or to complete it, once its shopper was told or has left, in ms. */
const graceMs = 180_000;

/** Whoever has what undoing takes at hand again has undone it within this time, in ms. */
const undoneWithinMs = 60_000;

/** A mail is sent so soon, in ms, unless mail itself fails meanwhile. */
const mailWithinMs = 60_000;

type Rule =
  | 'sold-once'
  | 'no-trace'
  | 'confirmed-is-complete'
  | 'confirmation-mailed'
  | 'confirmation-once';

export interface OrdersOptions {
  readonly elapsedMs: () => number;
  readonly violate: (rule: Rule, text: string) => void;
  /** Whether mails could be sent for so long, up to now. */
  readonly couldMail: (forMs: number) => boolean;
  /** Whether what undoing an order takes has been well for so long, up to now. */
  readonly couldUndo: (forMs: number) => boolean;
  /** Somebody gets a confirmation who was told that the order is refused. */
  readonly onConfirmedAfterAll: (orderId: string) => void;
  /** Somebody is told so, for the first time. */
  readonly onBackordered: (record: OrderRecord) => void;
  readonly onCancelled: (record: OrderRecord) => void;
}

const usd = (cents: number): string => `$${(cents / 100).toFixed(2)}`;

export function createOrders(options: OrdersOptions): Orders {
  const { elapsedMs, violate, couldMail, couldUndo, onConfirmedAfterAll } = options;
  const { onBackordered, onCancelled } = options;
  const orders = new Map<string, OrderRecord>();
  const mailKeys = new Set<string>();
  const mailedLate = new Set<OrderRecord>();
  let confirmed = 0;

  function of(orderId: string): OrderRecord {
    const record = orders.get(orderId);
    if (record === undefined) throw new ServiceFailure(404, `nobody placed the order ${orderId}`);
    return record;
  }

  function confirm(record: OrderRecord): void {
    if (record.isConfirmed) return;
    record.isConfirmed = true;
    confirmed += 1;
    if (!isIncomplete(record)) return;
    const { order, charges, parcels } = record;
    violate(
      'confirmed-is-complete',
      `${order.orderId} was confirmed with ${plural(charges, 'charge')} and ${plural(parcels, 'parcel')}`,
    );
  }

  /**
   * The order ended for the shopper without the goods. What was done may be undone in the background, or
   * be completed and confirmed by mail; what is left of it after a while is a trace.
   */
  function failed(record: OrderRecord, afterMs = graceMs): void {
    setTimeout(() => {
      if (!isTrace(record)) return;
      if (!couldUndo(undoneWithinMs)) {
        failed(record, undoneWithinMs);
        return;
      }
      const { order, chargedCents, parcels } = record;
      violate(
        'no-trace',
        `${order.orderId} failed for the shopper, with ${usd(chargedCents)} charged and ${plural(parcels, 'parcel')} sent`,
      );
    }, afterMs);
  }

  function lookForMail(record: OrderRecord): void {
    setTimeout(() => {
      if (record.mails > 0 || !couldMail(mailWithinMs)) return;
      mailedLate.add(record);
      const { orderId } = record.order;
      violate('confirmation-mailed', `${orderId} was confirmed a minute ago, and no mail was sent`);
    }, mailWithinMs);
  }

  function backordered(record: OrderRecord): void {
    if (record.isBackordered) return;
    record.isBackordered = true;
    onBackordered(record);
  }

  return {
    of,
    place(order, priceCents) {
      orders.set(order.orderId, {
        order,
        placedAtMs: elapsedMs(),
        priceCents,
        charges: 0,
        chargedCents: 0,
        parcels: 0,
        unitsSent: 0,
        mails: 0,
        isConfirmed: false,
        isRefused: false,
        isBackordered: false,
        isCancelled: false,
      });
    },
    told(orderId, answer) {
      const record = of(orderId);
      if (answer.status === 'confirmed') {
        confirm(record);
        lookForMail(record);
        return;
      }
      if (answer.status === 'backordered') {
        backordered(record);
        return;
      }
      record.isRefused = true;
      failed(record);
    },
    left: (orderId) => failed(of(orderId)),
    mailed(orderId, key) {
      const record = of(orderId);
      if (mailKeys.has(key)) return;
      mailKeys.add(key);
      record.mails += 1;
      if (record.mails > 1) {
        violate('confirmation-once', `${orderId} is confirmed by ${plural(record.mails, 'mail')}`);
      }
      if (record.isRefused) onConfirmedAfterAll(orderId);
      confirm(record);
    },
    notified(orderId, what) {
      const record = of(orderId);
      if (what === 'backordered') {
        backordered(record);
        return;
      }
      if (record.isCancelled) return;
      record.isCancelled = true;
      record.isRefused = true;
      onCancelled(record);
      failed(record);
    },
    noticeSoldTwice({ order, charges, parcels }) {
      if (charges < 2 && parcels < 2) return;
      violate(
        'sold-once',
        `${order.orderId} is charged ${plural(charges, 'time')} and shipped ${plural(parcels, 'time')}`,
      );
    },
    all: () => orders.values(),
    traces: () => [...orders.values()].filter(isTrace),
    soldTwice: () =>
      [...orders.values()].filter(({ charges, parcels }) => charges > 1 || parcels > 1),
    incomplete: () => [...orders.values()].filter((each) => each.isConfirmed && isIncomplete(each)),
    unmailed: () =>
      [...orders.values()].filter(
        (each) => (each.isConfirmed && each.mails === 0) || mailedLate.has(each),
      ),
    mailedTwice: () => [...orders.values()].filter(({ mails }) => mails > 1),
    get confirmed() {
      return confirmed;
    },
  };
}

/** What is paid for an order that waits for units is none. */
const isTrace = (record: OrderRecord): boolean =>
  !record.isConfirmed &&
  (record.isCancelled || !record.isBackordered) &&
  (record.charges > 0 || record.parcels > 0);

const isIncomplete = ({ order, charges, parcels, unitsSent }: OrderRecord): boolean =>
  charges < 1 || parcels < 1 || unitsSent < order.cart.quantity;
