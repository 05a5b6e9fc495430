import type { Position } from 'gaming-platform/src/domain.ts';

/**
 * Things on a map, by squares: whoever is nearer than a square is wide stands in one of the nine
 * squares round a position.
 */
export interface Cells<Thing> {
  /** Puts a thing on the map, or moves it. */
  put(thing: Thing, position: Position): void;
  remove(thing: Thing): void;
  /** Everything in the nine squares round a position, and their number. */
  around(position: Position): { readonly things: readonly Thing[]; readonly count: number };
}

/** Above any number of squares in a row, so that a square has one number. */
const inRow = 1 << 16;

/** @param widthM of a square, in metres */
export function createCells<Thing>(widthM: number): Cells<Thing> {
  const cells = new Map<number, Set<Thing>>();
  const places = new Map<Thing, Set<Thing>>();

  const numberOf = ({ x, y }: Position): number =>
    Math.floor(x / widthM) * inRow + Math.floor(y / widthM);

  return {
    put(thing, position) {
      const number = numberOf(position);
      const cell = cells.get(number) ?? new Set();
      cells.set(number, cell);
      const before = places.get(thing);
      if (before === cell) return;
      before?.delete(thing);
      cell.add(thing);
      places.set(thing, cell);
    },
    remove(thing) {
      places.get(thing)?.delete(thing);
      places.delete(thing);
    },
    around(position) {
      const middle = numberOf(position);
      const things: Thing[] = [];
      for (let row = middle - inRow; row <= middle + inRow; row += inRow) {
        for (let number = row - 1; number <= row + 1; number += 1) {
          for (const thing of cells.get(number) ?? []) things.push(thing);
        }
      }
      return { things, count: things.length };
    },
  };
}
