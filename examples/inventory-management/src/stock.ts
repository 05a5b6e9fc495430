import { ServiceFailure } from '@firedrill/core/services';
import type { PhaseContext } from '@firedrill/core/scenario';
import {
  mayEnd,
  type Product,
  type ReservationEnd,
  type ReservationState,
  type StockLevel,
} from './domain.ts';
import type { Settings } from './settings.ts';

/**
 * What is stored in the shop's own database: a row for each product, and the reservations. Each
 * operation is one transaction, and reaches the database through the service `stock` only.
 *
 * After each of them the units of the product are counted: what is available, held and sold must be
 * what was there at the start. A reservation must end once.
 */
export interface Stock {
  /** Lays products on shards. Without it, one database has them all. */
  place(shardOf: (productId: string) => string): void;
  read(at: Place): StockLevel;
  /** Sets what is available to a figure that the caller worked out, and notes why. */
  write(at: Place, available: number, movement: Movement): StockLevel;
  /** Marks a reservation as sold, whatever became of it before. */
  sell(reservationId: string): void;
  /** Reserves if nobody changed the row since `version`; the same id again changes nothing. */
  reserve(at: Place, wish: ReserveWish): ReserveResult;
  /** Makes a held reservation a claimed one; any other stays as it is. */
  claim(at: Place, reservationId: string): ReservationView;
  /** Ends a reservation if it is in that state and may end so; otherwise it stays as it is. */
  end(at: Place, ending: Ending): ReservationView;
  /** What is known of a reservation. */
  find(at: Place, reservationId: string): ReservationView;
  level(productId: string): StockLevel;
  readonly totals: StockTotals;
}

/** Where a row is looked for: a shard that does not have it answers 404. */
export interface Place {
  readonly shard: string;
  readonly productId: string;
}

/** Why the available units of a product change, in the words of the first four implementations. */
export type Movement =
  | { readonly kind: 'sell'; readonly quantity: number }
  | { readonly kind: 'hold'; readonly reservationId: string; readonly quantity: number }
  | {
      readonly kind: 'give-back';
      readonly reservationId: string;
      readonly as: 'released' | 'expired';
    };

export interface ReserveWish {
  readonly reservationId: string;
  readonly quantity: number;
  readonly version: number;
}

export interface Ending {
  readonly reservationId: string;
  readonly from: 'held' | 'claimed';
  readonly as: ReservationEnd;
}

export interface ReserveResult {
  readonly status: 'held' | 'conflict' | 'sold-out';
  readonly level: StockLevel;
}

export interface ReservationView {
  /** `undefined` when there is no such reservation. */
  readonly state?: ReservationState | undefined;
  readonly level: StockLevel;
}

export interface StockTotals {
  reservations: number;
  sold: number;
  released: number;
  expired: number;
  /** Reservations that ended a second time, in another way. */
  endedTwice: number;
  /** The largest number of units by which a product's count was off, summed over products. */
  unitsOff: number;
}

interface Row {
  readonly initial: number;
  shard: string;
  available: number;
  held: number;
  sold: number;
  version: number;
  worstOff: number;
}

interface Reservation {
  readonly productId: string;
  readonly quantity: number;
  state: ReservationState;
}

/** Where all products lie until they are placed elsewhere. */
export const onlyShard = 'shard-1';

export function createStock(
  { violate }: PhaseContext<Settings>,
  products: readonly Product[],
): Stock {
  const rows = new Map<string, Row>();
  const reservations = new Map<string, Reservation>();
  for (const { id, units } of products) {
    const none = { held: 0, sold: 0, version: 0, worstOff: 0 };
    rows.set(id, { initial: units, available: units, shard: onlyShard, ...none });
  }
  const totals: StockTotals = {
    reservations: 0,
    sold: 0,
    released: 0,
    expired: 0,
    endedTwice: 0,
    unitsOff: 0,
  };

  function rowAt({ shard, productId }: Place): Row {
    const row = rows.get(productId);
    if (row?.shard === shard) return row;
    throw new ServiceFailure(404, `${productId} is not on ${shard}`);
  }

  function levelOf(productId: string, { available, version }: Row): StockLevel {
    return { productId, available, version };
  }

  function setAvailable(row: Row, available: number): void {
    row.available = available;
    row.version += 1;
  }

  /** Counts the units of a product, after each change of its row. */
  function audit(productId: string, row: Row): void {
    const { initial, available, held, sold } = row;
    const off = Math.abs(available + held + sold - initial);
    if (off <= row.worstOff) return;
    totals.unitsOff += off - row.worstOff;
    row.worstOff = off;
    violate(
      'stock-conserved',
      `${productId}: ${available} available, ${held} held and ${sold} sold are not the ${initial} of the start`,
    );
  }

  function hold(row: Row, reservationId: string, productId: string, quantity: number): void {
    totals.reservations += 1;
    reservations.set(reservationId, { productId, quantity, state: 'held' });
    row.held += quantity;
  }

  /** Moves a reservation to its end, and notes when it had another one already. */
  function finish(row: Row, id: string, reservation: Reservation, as: ReservationEnd): void {
    const { state, quantity } = reservation;
    if (state === as) return;
    if (state === 'held' || state === 'claimed') {
      row.held -= quantity;
      reservation.state = as;
      totals[as] += 1;
    } else {
      totals.endedTwice += 1;
      violate('reservations-end', `${id} was ${state} already when it was ${as}`);
    }
    if (as === 'sold') row.sold += quantity;
  }

  return {
    totals,

    place(shardOf) {
      for (const [productId, row] of rows) row.shard = shardOf(productId);
    },

    read: (at) => levelOf(at.productId, rowAt(at)),

    write(at, available, movement) {
      const { productId } = at;
      const row = rowAt(at);
      setAvailable(row, available);
      if (movement.kind === 'sell') row.sold += movement.quantity;
      else if (movement.kind === 'hold') {
        hold(row, movement.reservationId, productId, movement.quantity);
      } else {
        const reservation = reservations.get(movement.reservationId);
        if (reservation) finish(row, movement.reservationId, reservation, movement.as);
      }
      audit(productId, row);
      return levelOf(productId, row);
    },

    sell(reservationId) {
      const reservation = reservations.get(reservationId);
      const row = rows.get(reservation?.productId ?? '');
      if (reservation === undefined || row === undefined) {
        throw new ServiceFailure(404, `there is no reservation ${reservationId}`);
      }
      finish(row, reservationId, reservation, 'sold');
      audit(reservation.productId, row);
    },

    reserve(at, { reservationId, quantity, version }) {
      const { productId } = at;
      const row = rowAt(at);
      if (reservations.has(reservationId)) {
        return { status: 'held', level: levelOf(productId, row) };
      }
      if (row.version !== version) return { status: 'conflict', level: levelOf(productId, row) };
      if (row.available < quantity) return { status: 'sold-out', level: levelOf(productId, row) };
      setAvailable(row, row.available - quantity);
      hold(row, reservationId, productId, quantity);
      audit(productId, row);
      return { status: 'held', level: levelOf(productId, row) };
    },

    claim(at, reservationId) {
      const row = rowAt(at);
      const reservation = reservations.get(reservationId);
      if (reservation?.state === 'held') reservation.state = 'claimed';
      return { state: reservation?.state, level: levelOf(at.productId, row) };
    },

    end(at, { reservationId, from, as }) {
      const row = rowAt(at);
      const reservation = reservations.get(reservationId);
      if (reservation?.state === from && mayEnd(from, as)) {
        if (as !== 'sold') setAvailable(row, row.available + reservation.quantity);
        finish(row, reservationId, reservation, as);
        audit(at.productId, row);
      }
      return { state: reservation?.state, level: levelOf(at.productId, row) };
    },

    find(at, reservationId) {
      const row = rowAt(at);
      return {
        state: reservations.get(reservationId)?.state,
        level: levelOf(at.productId, row),
      };
    },

    level(productId) {
      const row = rows.get(productId);
      if (row === undefined) throw new RangeError(`There is no product ${productId}.`);
      return levelOf(productId, row);
    },
  };
}
