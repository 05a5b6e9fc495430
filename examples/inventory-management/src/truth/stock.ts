import { ServiceFailure } from '@firedrill/core/services';
import {
  type Buyer,
  mayEnd,
  type Product,
  type ReservationEnd,
  type ReservationState,
  type StockLevel,
} from '../domain.ts';
import { createUnitsBy } from './units-by.ts';
import type {
  Ending,
  Movement,
  Receipt,
  ReservationView,
  ReserveResult,
  ReserveWish,
  RowChanged,
  RowChanges,
  Survey,
} from '../domain/stock.ts';

/**
 * What is stored in the shop's own database: a row for each product, and the reservations. Each
 * operation is one transaction, and reaches it through the service `stock` only.
 *
 * After each of them the units of the product are counted: what is available, held and sold must be
 * what was there at the start. A reservation must end once.
 */
export interface Stock {
  read(productId: string): StockLevel;
  /** Sets what is available to a figure that the caller worked out, and notes why. */
  write(productId: string, available: number, movement: Movement): StockLevel;
  /** Marks a reservation as sold, whatever became of it before. */
  sell(productId: string, reservationId: string): StockLevel;
  /** Reserves if nobody changed the row since `version`, where one is given; the same id again changes nothing. */
  reserve(wish: ReserveWish): ReserveResult;
  /** Makes a held reservation a claimed one; any other stays as it is. */
  claim(productId: string, reservationId: string): ReservationView;
  /**
   * Ends a reservation if it is in that state and may end so; otherwise it stays as it is. One that was never made ends
   * as well where that is asked for: it is not made later.
   */
  end(ending: Ending): ReservationView;
  /** Ends and reserves in one transaction. */
  change(changes: RowChanges): RowChanged;
  /** Puts on sale what was delivered, once for each delivery; from then on nothing is held above what is there. */
  receive(receipt: Receipt): StockLevel;
  /** What is known of a reservation. */
  find(productId: string, reservationId: string): ReservationView;
  /** How far a reservation is; `undefined` when there is none. */
  stateOf(reservationId: string): ReservationState | undefined;
  /** Levels and open reservations of some products. */
  survey(isAsked: (productId: string) => boolean): Survey;
  /** Units of a product that are for sale, and that are held or claimed for somebody. */
  available(productId: string): number;
  held(productId: string): number;
  readonly totals: Readonly<StockTotals>;
}

/** One piece of the database, from which rows are copied to another. */
export interface MovableStock extends Stock {
  /** Whether it has the row of a product. */
  has(productId: string): boolean;
  /** How often a row, or a reservation of it, has been changed. */
  revisionOf(productId: string): number;
  /** How much there is of a product: its row, and its reservations. */
  rowsOf(productId: string): number;
  copyOf(productId: string): RowCopy;
  /** Has from now on of a product what is in the copy, and nothing else. */
  put(copy: RowCopy): void;
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
  /** Wishes to reserve that were refused because somebody else had changed the row. */
  conflicts: number;
}

/** All that is stored of a product. */
export interface RowCopy {
  readonly row: Row;
  readonly reservations: readonly (readonly [string, Reservation])[];
}

interface Row {
  readonly productId: string;
  /** What was there at the start, and has been delivered since. */
  initial: number;
  /** May be negative, where units are held above what is there. */
  available: number;
  held: number;
  sold: number;
  version: number;
  revision: number;
  worstOff: number;
  /** Units of the reservations that have not ended, in the order in which they were made. */
  readonly open: Map<string, number>;
  readonly deliveries: Set<string>;
}

interface Reservation {
  readonly productId: string;
  readonly quantity: number;
  readonly madeAtMs: number;
  readonly buyer: Buyer | undefined;
  state: ReservationState;
}

export interface StockOptions {
  readonly products: readonly Product[];
  readonly elapsedMs: () => number;
  /** A rule of the books was broken. */
  readonly violate: (rule: 'stock-conserved' | 'reservations-end', text: string) => void;
  /** Told of each reservation that is made. */
  readonly onHold: (reservationId: string, quantity: number, productId: string) => void;
  /** Told of each reservation that ends, the first time. */
  readonly onEnd: (reservationId: string, as: ReservationEnd) => void;
  /** Told of each change of what is available, when the statement is through. */
  readonly onChange: (level: StockLevel) => void;
  /** Told of each delivery that is booked, before the change. Default: nobody is told. */
  readonly onReceive?: ((receipt: Receipt) => void) | undefined;
}

export function createStock(options: StockOptions): MovableStock {
  const { products, elapsedMs, violate, onChange, onEnd, onHold, onReceive } = options;
  const rows = new Map<string, Row>();
  const reservations = new Map<string, Reservation>();
  const unitsBy = createUnitsBy();
  for (const { id, units } of products) {
    const none = { held: 0, sold: 0, version: 0, revision: 0, worstOff: 0 };
    rows.set(id, {
      productId: id,
      initial: units,
      available: units,
      ...none,
      open: new Map(),
      deliveries: new Set(),
    });
  }
  const totals: StockTotals = {
    reservations: 0,
    sold: 0,
    released: 0,
    expired: 0,
    endedTwice: 0,
    unitsOff: 0,
    conflicts: 0,
  };

  function rowOf(productId: string): Row {
    const row = rows.get(productId);
    if (row === undefined) throw new ServiceFailure(404, `there is no product ${productId}`);
    return row;
  }

  const levelOf = ({ productId, available, version }: Row): StockLevel => ({
    productId,
    available,
    version,
  });

  function setAvailable(row: Row, available: number): void {
    row.available = available;
    row.version += 1;
    row.revision += 1;
  }

  /** Tells of a statement that is through, and counts the units of its product. */
  function changed(row: Row): void {
    onChange(levelOf(row));
    const { productId, initial, available, held, sold } = row;
    const off = Math.abs(available + held + sold - initial);
    if (off <= row.worstOff) return;
    totals.unitsOff += off - row.worstOff;
    row.worstOff = off;
    violate(
      'stock-conserved',
      `${productId}: ${available} available, ${held} held and ${sold} sold are not the ${initial} of the start`,
    );
  }

  function hold(row: Row, reservationId: string, quantity: number, buyer?: Buyer): void {
    const { productId } = row;
    totals.reservations += 1;
    reservations.set(reservationId, {
      productId,
      quantity,
      buyer,
      state: 'held',
      madeAtMs: elapsedMs(),
    });
    row.held += quantity;
    row.open.set(reservationId, quantity);
    unitsBy.add(productId, buyer, quantity);
    onHold(reservationId, quantity, productId);
  }

  /** Moves a reservation to its end, and notes when it had another one already. */
  function finish(row: Row, id: string, as: ReservationEnd): void {
    const reservation = reservations.get(id);
    if (reservation === undefined || reservation.state === as) return;
    const { state, quantity, buyer } = reservation;
    row.revision += 1;
    if (state === 'held' || state === 'claimed') {
      row.held -= quantity;
      row.open.delete(id);
      reservation.state = as;
      totals[as] += 1;
      if (as !== 'sold') unitsBy.add(row.productId, buyer, -quantity);
      onEnd(id, as);
    } else {
      totals.endedTwice += 1;
      violate('reservations-end', `${id} was ${state} already when it was ${as}`);
    }
    if (as === 'sold') row.sold += quantity;
  }

  function reserve(wish: ReserveWish): ReserveResult {
    const { productId, reservationId, quantity, version, limit, keep = 0, above = 0 } = wish;
    const row = rowOf(productId);
    if (reservations.has(reservationId)) return { status: 'held', level: levelOf(row) };
    if (version !== undefined && row.version !== version) {
      totals.conflicts += 1;
      return { status: 'conflict', level: levelOf(row) };
    }
    const least = row.deliveries.size === 0 ? keep - above : keep;
    if (row.available - least < quantity) return { status: 'sold-out', level: levelOf(row) };
    if (limit !== undefined) {
      const { ofAccount, ofAddress } = unitsBy.of(productId, limit.buyer);
      if (ofAccount + quantity > limit.perAccount || ofAddress + quantity > limit.perAddress) {
        return { status: 'over-limit', level: levelOf(row) };
      }
    }
    setAvailable(row, row.available - quantity);
    hold(row, reservationId, quantity, limit?.buyer);
    changed(row);
    return { status: 'held', level: levelOf(row) };
  }

  /** Of what is over before it was made, nothing is held any more. */
  function fence(productId: string, id: string, as: ReservationEnd): void {
    const nothing = { productId, quantity: 0, madeAtMs: elapsedMs(), buyer: undefined };
    reservations.set(id, { ...nothing, state: as });
    rowOf(productId).revision += 1;
  }

  function end({ productId, reservationId, from, as, isFence }: Ending): ReservationView {
    const row = rowOf(productId);
    if (isFence === true && !reservations.has(reservationId)) fence(productId, reservationId, as);
    const reservation = reservations.get(reservationId);
    if (reservation?.state === from && mayEnd(from, as)) {
      if (as !== 'sold') setAvailable(row, row.available + reservation.quantity);
      finish(row, reservationId, as);
      changed(row);
    }
    return { state: reservation?.state, level: levelOf(row) };
  }

  /** First come, first served: what there is, is for those who have held units for longest. */
  function isShort({ available, held, open }: Row, reservationId: string): boolean {
    // Enough for everybody.
    if (available >= 0 || !open.has(reservationId)) return false;
    let left = available + held;
    for (const [id, quantity] of open) {
      left -= quantity;
      if (id === reservationId) break;
    }
    return left < 0;
  }

  function viewOf(row: Row, reservationId: string): ReservationView {
    const view = { state: reservations.get(reservationId)?.state, level: levelOf(row) };
    return isShort(row, reservationId) ? { ...view, isShort: true } : view;
  }

  const reservationsOf = (productId: string) =>
    [...reservations].filter(([, each]) => each.productId === productId);

  return {
    totals,
    available: (productId) => rowOf(productId).available,
    held: (productId) => rowOf(productId).held,

    read: (productId) => levelOf(rowOf(productId)),

    write(productId, available, movement) {
      const row = rowOf(productId);
      // The same hold again is the same row again.
      if (movement.kind === 'hold' && reservations.has(movement.reservationId)) return levelOf(row);
      setAvailable(row, available);
      if (movement.kind === 'sell') row.sold += movement.quantity;
      else if (movement.kind === 'hold') hold(row, movement.reservationId, movement.quantity);
      else finish(row, movement.reservationId, movement.as);
      changed(row);
      return levelOf(row);
    },

    sell(productId, reservationId) {
      const row = rowOf(productId);
      if (!reservations.has(reservationId)) {
        throw new ServiceFailure(404, `there is no reservation ${reservationId}`);
      }
      finish(row, reservationId, 'sold');
      changed(row);
      return levelOf(row);
    },

    reserve,

    claim(productId, reservationId) {
      const row = rowOf(productId);
      const reservation = reservations.get(reservationId);
      if (reservation?.state === 'held') {
        reservation.state = 'claimed';
        row.revision += 1;
      }
      return viewOf(row, reservationId);
    },

    end,

    change: ({ productId, ends, wishes }) => ({
      ended: ends.map((ending) => end({ ...ending, productId })),
      reserved: wishes.map((wish) => reserve({ ...wish, productId })),
    }),

    survey: (isAsked) => ({
      levels: [...rows.values()].filter(({ productId }) => isAsked(productId)).map(levelOf),
      // It meets every reservation that ever was: what is over must cost no copy.
      open: [...reservations].flatMap(([reservationId, { productId, quantity, state, madeAtMs }]) =>
        (state === 'held' || state === 'claimed') && isAsked(productId)
          ? [{ productId, quantity, reservationId, state, ageMs: elapsedMs() - madeAtMs }]
          : [],
      ),
    }),

    receive({ productId, deliveryId, quantity, ...rest }) {
      const row = rowOf(productId);
      if (row.deliveries.has(deliveryId)) return levelOf(row);
      row.deliveries.add(deliveryId);
      row.initial += quantity;
      setAvailable(row, row.available + quantity);
      onReceive?.({ productId, deliveryId, quantity, ...rest });
      changed(row);
      return levelOf(row);
    },

    has: (productId) => rows.has(productId),
    revisionOf: (productId) => rows.get(productId)?.revision ?? 0,
    rowsOf: (productId) => 1 + reservationsOf(productId).length,
    copyOf: (productId) => ({
      row: copyOfRow(rowOf(productId)),
      reservations: reservationsOf(productId).map(([id, each]) => [id, { ...each }]),
    }),
    put({ row, reservations: all }) {
      const { productId } = row;
      for (const [id, { buyer, quantity, state }] of reservationsOf(productId)) {
        if (isCounted(state)) unitsBy.add(productId, buyer, -quantity);
        reservations.delete(id);
      }
      rows.set(productId, copyOfRow(row));
      for (const [id, each] of all) {
        reservations.set(id, { ...each });
        if (isCounted(each.state)) unitsBy.add(productId, each.buyer, each.quantity);
      }
    },

    find: (productId, reservationId) => viewOf(rowOf(productId), reservationId),
    stateOf: (reservationId) => reservations.get(reservationId)?.state,
  };
}

const copyOfRow = (row: Row): Row => ({
  ...row,
  open: new Map(row.open),
  deliveries: new Set(row.deliveries),
});

/** Whether its buyer has the units, or may still have them. */
const isCounted = (state: ReservationState): boolean => state !== 'released' && state !== 'expired';
