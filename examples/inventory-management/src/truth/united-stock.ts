import type { ReservationState } from '../domain.ts';
import type { Stock, StockTotals } from './stock.ts';

/**
 * Several pieces as one database.
 *
 * @param of the piece that has a product
 * @param stateOf how far a reservation is; default: what the first piece says that knows of it
 */
export function uniteStocks(
  of: (productId: string) => Stock,
  all: () => readonly Stock[],
  stateOf: (reservationId: string) => ReservationState | undefined = (reservationId) =>
    all()
      .map((stock) => stock.stateOf(reservationId))
      .find((state) => state !== undefined),
): Stock {
  const sum = (total: keyof StockTotals): number =>
    all().reduce((units, { totals }) => units + totals[total], 0);
  return {
    read: (productId) => of(productId).read(productId),
    write: (productId, ...change) => of(productId).write(productId, ...change),
    sell: (productId, reservationId) => of(productId).sell(productId, reservationId),
    reserve: (wish) => of(wish.productId).reserve(wish),
    claim: (productId, reservationId) => of(productId).claim(productId, reservationId),
    end: (ending) => of(ending.productId).end(ending),
    change: (changes) => of(changes.productId).change(changes),
    receive: (receipt) => of(receipt.productId).receive(receipt),
    find: (productId, reservationId) => of(productId).find(productId, reservationId),
    stateOf,
    survey(isAsked) {
      const surveys = all().map((stock) => stock.survey(isAsked));
      return {
        levels: surveys.flatMap(({ levels }) => levels),
        open: surveys.flatMap(({ open }) => open),
      };
    },
    available: (productId) => of(productId).available(productId),
    held: (productId) => of(productId).held(productId),
    get totals(): StockTotals {
      return {
        reservations: sum('reservations'),
        sold: sum('sold'),
        released: sum('released'),
        expired: sum('expired'),
        endedTwice: sum('endedTwice'),
        unitsOff: sum('unitsOff'),
        conflicts: sum('conflicts'),
      };
    },
  };
}
