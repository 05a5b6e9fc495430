import { z } from 'zod';

/** Types, schemas and pure rules of a shop. Money is in US cents, time in virtual milliseconds. */

export interface Product {
  /** `p-001` is the one that most shoppers want. */
  readonly id: string;
  readonly name: string;
  /** One of the few that are nearly given away, and that there are not enough of. */
  readonly isHot: boolean;
  /** What lies on the shelf at the start, by the books. */
  readonly units: number;
  /** The last ones, which are not sold online. */
  readonly keptUnits: number;
  /** What may be sold above what is there; left out where nothing may. */
  readonly backorders?: BackorderPolicy | undefined;
  readonly priceCents: number;
}

/** A product of which more is sold than is there, as a delivery is under way. */
export interface BackorderPolicy {
  /** Units that may be held or sold above what is there, until the delivery is booked. */
  readonly units: number;
  /** Who has bought one has it by then, or the money back; from the start, in ms. */
  readonly byMs: number;
}

/** What has come to the warehouse, and is not on the shelf before it is booked. It may be less than was ordered. */
export interface Delivery {
  readonly deliveryId: string;
  readonly productId: string;
  readonly quantity: number;
}

/** All products of the shop: what everybody may know. */
export interface Catalogue {
  readonly all: readonly Product[];
  byId(id: string): Product | undefined;
}

/** Who fills a cart, as the page knows it. */
export const buyerSchema = z.object({ account: z.string(), address: z.string() });
export type Buyer = z.infer<typeof buyerSchema>;

/** What a shopper puts aside. Whoever tries again sends the same id. */
export const cartSchema = z.object({
  cartId: z.string(),
  productId: z.string(),
  quantity: z.int().positive(),
  /** Left out where nobody asks who buys. */
  buyer: buyerSchema.optional(),
});
export type Cart = z.infer<typeof cartSchema>;

/** The wish to buy what is in a cart. Whoever tries again sends the same order id. */
export const orderSchema = z.object({
  orderId: z.string(),
  cart: cartSchema,
  amountCents: z.int(),
});
export type Order = z.infer<typeof orderSchema>;

/**
 * How long a shopper waits at the most to be told that nobody knows whether the cart is filled, in ms.
 * The attempt goes on: whoever presses again with the same id joins it, and gets its answer.
 */
export const cartLimitMs = 2_000;

/** `over-limit`: there are units, and this account or its address has as many as the page allows. */
export type CartAnswer = { readonly status: 'in-cart' | 'sold-out' | 'over-limit' };

/** `undelivered`: it was sold above what was there, and not enough came. */
const refusalReasons = [
  'sold-out',
  'over-limit',
  'price',
  'card',
  'unavailable',
  'undelivered',
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

/**
 * How far an order is, as it is stored.
 *
 *   running ──> confirmed ──(mail sent)──> done
 *      ├──> backordered ──(units are there)──> confirmed, or undoing
 *      └──> undoing ──(nothing left)──> refused
 */
const sagaStates = ['running', 'backordered', 'confirmed', 'done', 'undoing', 'refused'] as const;
export type SagaState = (typeof sagaStates)[number];

const sagaRowSchema = z.object({
  order: orderSchema,
  state: z.enum(sagaStates),
  /** Why it is refused. */
  reason: z.enum(refusalReasons).optional(),
});
export type SagaRow = z.infer<typeof sagaRowSchema>;

/** A wish to note how far an order is, if it is still in the state `from`. */
export const sagaNoteSchema = sagaRowSchema.extend({ from: z.enum(sagaStates) });

/** `backordered`: paid for, and sent when it is there, or else given back; a mail says which. */
export type OrderAnswer =
  | { readonly status: 'confirmed' | 'backordered' }
  | { readonly status: 'refused'; readonly reason: RefusalReason };

/** The reservation of whoever comes to the checkout with a cart for which nothing is held (any more). */
export const secondHoldOf = (cartId: string): string => `${cartId}-again`;

/** What can be sold of a product. The version grows by one with each change of `available`. */
export interface StockLevel {
  readonly productId: string;
  readonly available: number;
  readonly version: number;
}

/**
 * The life of a reservation.
 *
 *   held ──claim──> claimed ──> sold
 *    └──> released | expired      └──> released
 *
 * Held, it ends by itself after the hold time. Claimed, a checkout is under way that answers for its
 * end, so that it cannot expire between the payment and the parcel.
 */
export type ReservationState = 'held' | 'claimed' | 'sold' | 'released' | 'expired';

/** The ways in which a reservation ends. */
export type ReservationEnd = 'sold' | 'released' | 'expired';

/** Whether a reservation in this state may take that end. */
export function mayEnd(state: 'held' | 'claimed', as: ReservationEnd): boolean {
  return state === 'held' ? as !== 'sold' : as !== 'expired';
}

/** What a downstream service is told; without a version it believes whatever comes last. */
export const stockUpdateSchema = z.object({
  productId: z.string(),
  available: z.int(),
  version: z.int().optional(),
  text: z.string().optional(),
});
export type StockUpdate = z.infer<typeof stockUpdateSchema>;

/** The line that the advertisement shows. */
export function headlineFor({ name }: Product, { available }: StockLevel): string {
  const shouted = name.toUpperCase();
  return available > 0 ? `ONLY ${available} LEFT: ${shouted}` : `SOLD OUT: ${shouted}`;
}

/** What the goods of a cart cost, in cents: the catalogue says it, not the page that was shown. */
export const priceOf = ({ priceCents }: Product, { quantity }: Cart): number =>
  priceCents * quantity;
