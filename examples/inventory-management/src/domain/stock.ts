import { z } from 'zod';
import { buyerSchema, type ReservationState, type StockLevel } from '../domain.ts';
import { placeSchema } from './replicas.ts';

/** What the stock database is asked, and what it answers. */

/** Why the available units of a product change, in the words of who works out the figure himself. */
export const movementSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('sell'), quantity: z.int() }),
  z.object({ kind: z.literal('hold'), reservationId: z.string(), quantity: z.int() }),
  z.object({
    kind: z.literal('give-back'),
    reservationId: z.string(),
    as: z.enum(['released', 'expired']),
  }),
]);
export type Movement = z.infer<typeof movementSchema>;

/** A wish to hold units, if nobody changed the row since `version`; without one, whoever did. */
export const reserveWishSchema = z.object({
  productId: z.string(),
  reservationId: z.string(),
  quantity: z.int().positive(),
  version: z.int().optional(),
  /** Units that have to stay for sale: with fewer than these left it is sold out. Default: 0. */
  keep: z.int().nonnegative().optional(),
  /** Units that may be held above what is there, until a delivery is booked. Default: 0. */
  above: z.int().nonnegative().optional(),
  /** Refused when the buyer would then hold or have more of the product than this. */
  limit: z.object({ buyer: buyerSchema, perAccount: z.int(), perAddress: z.int() }).optional(),
  place: placeSchema.optional(),
});
export type ReserveWish = z.infer<typeof reserveWishSchema>;

/** A wish to end a reservation, if it is in that state. */
export const endingSchema = z.object({
  productId: z.string(),
  reservationId: z.string(),
  from: z.enum(['held', 'claimed']),
  as: z.enum(['sold', 'released', 'expired']),
  /**
   * Whether one that was never made is noted as ended, so that a wish for it which is performed later holds
   * nothing. Default: no.
   */
  isFence: z.boolean().optional(),
  place: placeSchema.optional(),
});
export type Ending = z.infer<typeof endingSchema>;

/** Holds that end and wishes to hold units of one product, in one statement: the ends come first. */
export const rowChangesSchema = z.object({
  productId: z.string(),
  ends: z.array(endingSchema.omit({ productId: true, place: true })),
  wishes: z.array(reserveWishSchema.omit({ productId: true, version: true, place: true })),
  place: placeSchema.optional(),
});
export type RowChanges = z.infer<typeof rowChangesSchema>;

/** Units that were delivered, to be booked once. */
export const receiptSchema = z.object({
  productId: z.string(),
  deliveryId: z.string(),
  quantity: z.int().positive(),
  place: placeSchema.optional(),
});
export type Receipt = z.infer<typeof receiptSchema>;

/** What became of each of them, in their order. */
export interface RowChanged {
  readonly ended: readonly ReservationView[];
  readonly reserved: readonly ReserveResult[];
}

export interface ReserveResult {
  readonly status: 'held' | 'conflict' | 'sold-out' | 'over-limit';
  readonly level: StockLevel;
}

/** A reservation that has not ended. */
export interface OpenReservation {
  readonly reservationId: string;
  readonly productId: string;
  readonly quantity: number;
  readonly state: 'held' | 'claimed';
  /** How long ago it was made, by the clock of the database. */
  readonly ageMs: number;
}

/** What a shard knows that a process which comes back has to know. */
export interface Survey {
  readonly levels: readonly StockLevel[];
  readonly open: readonly OpenReservation[];
}

export interface ReservationView {
  /** `undefined` when there is no such reservation. */
  readonly state?: ReservationState | undefined;
  /** Whether it waits for units: what there is, is held by those who came before. Left out: it does not. */
  readonly isShort?: boolean | undefined;
  readonly level: StockLevel;
}
