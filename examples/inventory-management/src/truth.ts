import { ServiceFailure } from '@firedrill/core/services';
import type { PhaseContext } from '@firedrill/core/scenario';
import type { Order, OrderAnswer, Product, StockLevel, StockUpdate } from './domain.ts';
import type { Settings } from './settings.ts';

/**
 * What really happened outside the shop's own database: the charges at the bank, the parcels that the
 * carrier took, the mails, what each downstream service believes, and what shoppers were told. No
 * implementation can read or change it; the checks compare with it.
 */
export interface Truth {
  /** The bank's side of a charge; the same key gives the same one again. */
  charge(input: ChargeInput): ChargeAnswer;
  /** Gives the money of a key back, once; a charge that comes after its refund is declined. */
  refund(key: string): void;
  /** What the bank knows of a key. */
  findCharge(key: string): ChargeAnswer | { readonly status: 'unknown' };
  /** Takes a parcel to the carrier; the same key is the same parcel. */
  ship(input: ParcelInput): void;
  /** Calls a parcel back, once; one that comes after its recall is not taken. */
  recall(key: string): void;
  /** Whether the carrier has a parcel under this key. */
  hasParcel(key: string): boolean;
  mailSent(orderId: string): void;
  /** A downstream service was told what is available. */
  updated(service: string, update: StockUpdate): void;
  orderPlaced(order: Order): void;
  shopperTold(orderId: string, answer: OrderAnswer): void;
  /** The shopper went away without an answer. */
  shopperLeft(orderId: string): void;
  /** Orders that came to nothing for the shopper, and of which something stayed. */
  traces(): readonly Trace[];
  /** Orders that were charged or shipped more than once, and not put right. */
  soldTwice(): number;
  /** Products of which a downstream service believes something else than the stock says. */
  staleViews(): number;
  readonly totals: TruthTotals;
}

export interface ChargeInput {
  readonly orderId: string;
  readonly key: string;
  readonly amountCents: number;
}

export type ChargeAnswer = { readonly status: 'charged' } | { readonly status: 'declined' };

export interface ParcelInput {
  readonly orderId: string;
  readonly key: string;
  readonly productId: string;
  readonly quantity: number;
}

export interface Trace {
  readonly orderId: string;
  readonly chargedCents: number;
  readonly parcels: number;
}

export interface TruthTotals {
  orders: number;
  confirmed: number;
  refunds: number;
  recalls: number;
  /** Units in parcels beyond what lay on the shelf at the start. */
  oversoldUnits: number;
  updates: number;
}

interface OrderRecord {
  readonly order: Order;
  charges: number;
  chargedCents: number;
  parcels: number;
  /** Told so on the page or by mail. */
  isConfirmed: boolean;
}

/** Cards that their bank declines. */
const cardDeclineShare = 0.02;

const counted = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? '' : 's'}`;
const usd = (cents: number): string => `$${(cents / 100).toFixed(2)}`;

export function createTruth(
  context: PhaseContext<Settings>,
  products: readonly Product[],
  downstreams: readonly string[],
  levelOf: (productId: string) => StockLevel,
): Truth {
  const { announce, violate } = context;
  const banks = context.random('banks');
  const orders = new Map<string, OrderRecord>();
  const charges = new Map<string, ChargeInput & ChargeAnswer & { refunded: boolean }>();
  const parcels = new Map<string, ParcelInput & { recalled: boolean }>();
  /** Keys that were given back before they were used. */
  const voided = new Set<string>();
  const shelf = new Map(products.map(({ id, units }) => [id, { units, promised: 0 }]));
  const views = new Map(downstreams.map((name) => [name, new Map<string, StockUpdate>()]));
  const totals: TruthTotals = {
    orders: 0,
    confirmed: 0,
    refunds: 0,
    recalls: 0,
    oversoldUnits: 0,
    updates: 0,
  };

  function recordOf(orderId: string): OrderRecord {
    const record = orders.get(orderId);
    if (record === undefined) throw new ServiceFailure(404, `nobody placed the order ${orderId}`);
    return record;
  }

  function confirm(record: OrderRecord): void {
    if (record.isConfirmed) return;
    record.isConfirmed = true;
    totals.confirmed += 1;
  }

  function promise(productId: string, quantity: number): void {
    const place = shelf.get(productId);
    if (place === undefined) throw new ServiceFailure(404, `there is no product ${productId}`);
    const over = (): number => Math.max(0, place.promised - place.units);
    const before = over();
    const isFirst = totals.oversoldUnits === 0;
    place.promised += quantity;
    totals.oversoldUnits += over() - before;
    if (over() <= before) return;
    const text = `${place.promised} units of ${productId} are in parcels, and ${place.units} were on the shelf`;
    violate('never-oversold', text);
    if (isFirst) {
      announce({
        name: 'oversold',
        severity: 'critical',
        text: `first units sold that do not exist: ${text}`,
      });
    }
  }

  function soldAgain({ order, charges: times, parcels: sent }: OrderRecord): void {
    const text = `${order.orderId} is charged ${counted(times, 'time')} and shipped ${counted(sent, 'time')}`;
    violate('sold-once', text);
  }

  /** The order ended for the shopper without the goods: what is left of it now? */
  function failed({ order, chargedCents, parcels: sent, isConfirmed }: OrderRecord): void {
    if (isConfirmed || (chargedCents === 0 && sent === 0)) return;
    const text = `${order.orderId} failed for the shopper, with ${usd(chargedCents)} charged and ${counted(sent, 'parcel')} sent`;
    violate('no-trace', text);
  }

  return {
    totals,

    charge({ orderId, key, amountCents }) {
      const known = charges.get(key);
      if (known !== undefined) return { status: known.status };
      const record = recordOf(orderId);
      const isDeclined = banks.chance(cardDeclineShare) || voided.has(key);
      const status = isDeclined ? 'declined' : 'charged';
      charges.set(key, { orderId, key, amountCents, status, refunded: false });
      if (status === 'charged') {
        record.charges += 1;
        record.chargedCents += amountCents;
        if (record.charges === 2) soldAgain(record);
      }
      return { status };
    },

    refund(key) {
      const charge = charges.get(key);
      if (charge === undefined) voided.add(key);
      if (charge === undefined || charge.status === 'declined' || charge.refunded) return;
      charge.refunded = true;
      totals.refunds += 1;
      const record = recordOf(charge.orderId);
      record.charges -= 1;
      record.chargedCents -= charge.amountCents;
    },

    findCharge(key) {
      const charge = charges.get(key);
      return { status: charge?.status ?? 'unknown' };
    },

    ship(input) {
      if (parcels.has(input.key)) return;
      if (voided.has(input.key)) throw new ServiceFailure(409, `${input.key} was recalled`);
      const record = recordOf(input.orderId);
      parcels.set(input.key, { ...input, recalled: false });
      record.parcels += 1;
      promise(input.productId, input.quantity);
      if (record.parcels === 2 && record.charges < 2) soldAgain(record);
    },

    recall(key) {
      const parcel = parcels.get(key);
      if (parcel === undefined) voided.add(key);
      if (parcel === undefined || parcel.recalled) return;
      parcel.recalled = true;
      totals.recalls += 1;
      recordOf(parcel.orderId).parcels -= 1;
      promise(parcel.productId, -parcel.quantity);
    },

    hasParcel: (key) => parcels.get(key)?.recalled === false,

    mailSent: (orderId) => confirm(recordOf(orderId)),

    updated(service, update) {
      totals.updates += 1;
      const view = views.get(service);
      const known = view?.get(update.productId);
      // A version lets a service recognise an old update that comes late.
      if ((update.version ?? Infinity) < (known?.version ?? 0)) return;
      view?.set(update.productId, update);
    },

    orderPlaced(order) {
      totals.orders += 1;
      const none = { charges: 0, chargedCents: 0, parcels: 0, isConfirmed: false };
      orders.set(order.orderId, { order, ...none });
    },

    shopperTold(orderId, answer) {
      const record = recordOf(orderId);
      if (answer.status === 'confirmed') confirm(record);
      else failed(record);
    },

    shopperLeft: (orderId) => failed(recordOf(orderId)),

    traces: () =>
      [...orders.values()]
        .filter((record) => !record.isConfirmed && (record.chargedCents > 0 || record.parcels > 0))
        .map(({ order, chargedCents, parcels: sent }) => ({
          orderId: order.orderId,
          chargedCents,
          parcels: sent,
        })),

    soldTwice: () =>
      [...orders.values()].filter((record) => record.charges > 1 || record.parcels > 1).length,

    staleViews() {
      let stale = 0;
      for (const { id, units } of products) {
        const { available } = levelOf(id);
        for (const view of views.values()) {
          if ((view.get(id)?.available ?? units) !== available) stale += 1;
        }
      }
      return stale;
    },
  };
}
