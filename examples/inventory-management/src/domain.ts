import { z } from 'zod';

/** Types, schemas and pure rules of a shop. Money is in US cents, time in virtual milliseconds. */

export interface Product {
  /** `p-001` is the one that most shoppers want. */
  readonly id: string;
  /** Goods that were imported from a supplier's list sometimes have no name. */
  readonly name: string | undefined;
  /** One of the few that are nearly given away, and that there are not enough of. */
  readonly isHot: boolean;
  /** What lies on the shelf at the start. */
  readonly units: number;
  readonly priceCents: number;
}

/** What a shopper puts aside. Whoever tries again sends the same id. */
export const cartSchema = z.object({
  cartId: z.string(),
  productId: z.string(),
  quantity: z.int().positive(),
});
export type Cart = z.infer<typeof cartSchema>;

/** The wish to buy what is in a cart. Whoever tries again sends the same order id. */
export interface Order {
  readonly orderId: string;
  readonly cart: Cart;
  readonly amountCents: number;
}

export type CartAnswer = { readonly status: 'in-cart' } | { readonly status: 'sold-out' };

export type RefusalReason = 'sold-out' | 'price' | 'card' | 'unavailable';

export type OrderAnswer =
  | { readonly status: 'confirmed' }
  | { readonly status: 'refused'; readonly reason: RefusalReason };

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

/**
 * The line that the advertisement shows. It has a bug that every system has somewhere: it forgets
 * that some products have no name. What matters is how far the damage of such a bug gets.
 */
export function headlineFor({ name }: Product, { available }: StockLevel): string {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the planted bug
  const shouted = (name as string).toUpperCase();
  return available > 0 ? `ONLY ${available} LEFT: ${shouted}` : `SOLD OUT: ${shouted}`;
}
