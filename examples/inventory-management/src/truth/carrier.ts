import { ServiceFailure } from '@firedrill/core/services';
import type { Product } from '../domain.ts';
import type { OrderRecord, Orders } from './orders.ts';

/** The carrier's side: parcels, and what is left on the shelf. */
export interface Carrier {
  /** Takes a parcel; the same key is the same parcel. */
  ship(input: ParcelInput): void;
  /** Calls a parcel back, once; one that comes after its recall is not taken. */
  recall(key: string): void;
  /** More is on the shelf. */
  deliver(productId: string, units: number): void;
  /** Whether the carrier has a parcel under this key. */
  has(key: string): boolean;
  /** Units of a product that lie on the shelf by the books; negative when more were sent than there were. */
  onShelf(productId: string): number;
  /** Units in parcels beyond what lay on the shelf at the start, at the worst moment of each product. */
  readonly oversoldUnits: number;
  readonly recalls: number;
}

export interface ParcelInput {
  readonly orderId: string;
  readonly key: string;
  readonly productId: string;
  readonly quantity: number;
}

export interface CarrierOptions {
  readonly products: readonly Product[];
  readonly orders: Orders;
  /** Units of a product that the books have, and the shelf has not. */
  readonly missing: (productId: string) => number;
  /** Units were sent that do not exist; `isFirst` for the first of all. */
  readonly onOversold: (text: string, isFirst: boolean) => void;
  /** What lies on the shelf of a product has changed. */
  readonly onShelfChanged: (productId: string) => void;
  /** A parcel of an order was sent, or called back. */
  readonly onSent: (record: OrderRecord, isSent: boolean) => void;
}

export function createCarrier(options: CarrierOptions): Carrier {
  const { products, orders, missing, onOversold, onShelfChanged, onSent } = options;
  const parcels = new Map<string, ParcelInput & { recalled: boolean }>();
  /** Keys that were called back before they were used. */
  const voided = new Set<string>();
  const shelf = new Map(products.map(({ id, units }) => [id, { units, left: units, worst: 0 }]));
  let recalls = 0;
  let oversoldUnits = 0;

  function take(productId: string, quantity: number): void {
    const place = shelf.get(productId);
    if (place === undefined) throw new ServiceFailure(404, `there is no product ${productId}`);
    place.left -= quantity;
    onShelfChanged(productId);
    const over = missing(productId) - place.left;
    if (over <= place.worst) return;
    const isFirst = oversoldUnits === 0;
    oversoldUnits += over - place.worst;
    place.worst = over;
    onOversold(
      `${place.units - place.left} units of ${productId} are in parcels, and ${place.units - missing(productId)} were on the shelf`,
      isFirst,
    );
  }

  return {
    ship(input) {
      const { orderId, key, productId, quantity } = input;
      if (parcels.has(key)) return;
      if (voided.has(key)) throw new ServiceFailure(409, `${key} was recalled`);
      const record = orders.of(orderId);
      take(productId, quantity);
      parcels.set(key, { ...input, recalled: false });
      record.parcels += 1;
      if (productId === record.order.cart.productId) record.unitsSent += quantity;
      orders.noticeSoldTwice(record);
      onSent(record, true);
    },

    recall(key) {
      const parcel = parcels.get(key);
      if (parcel === undefined) voided.add(key);
      if (parcel === undefined || parcel.recalled) return;
      parcel.recalled = true;
      recalls += 1;
      const record = orders.of(parcel.orderId);
      record.parcels -= 1;
      if (parcel.productId === record.order.cart.productId) record.unitsSent -= parcel.quantity;
      take(parcel.productId, -parcel.quantity);
      onSent(record, false);
    },

    deliver(productId, units) {
      const place = shelf.get(productId);
      if (place !== undefined) place.units += units;
      take(productId, -units);
    },

    has: (key) => parcels.get(key)?.recalled === false,
    onShelf: (productId) => shelf.get(productId)?.left ?? 0,

    get oversoldUnits() {
      return oversoldUnits;
    },
    get recalls() {
      return recalls;
    },
  };
}
