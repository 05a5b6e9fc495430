import type { Position } from '../../domain.ts';

/**
 * A table of positions, side by side in memory: a step is compared with dozens of others, and most of
 * the time that takes is the way to where they are kept.
 */
export interface Positions {
  /** Gives back the slot, which belongs to the position until it is removed. */
  add(position: Position): number;
  set(slot: number, position: Position): void;
  remove(slot: number): void;
  /** Square of the distance to a position. */
  squareM(slot: number, from: Position): number;
}

const firstCapacity = 1_024;

export function createPositions(): Positions {
  let xs = new Float64Array(firstCapacity);
  let ys = new Float64Array(firstCapacity);
  let used = 0;
  const free: number[] = [];

  function grow(): void {
    const [oldXs, oldYs] = [xs, ys];
    xs = new Float64Array(2 * used);
    ys = new Float64Array(2 * used);
    xs.set(oldXs);
    ys.set(oldYs);
  }

  function set(slot: number, { x, y }: Position): void {
    xs[slot] = x;
    ys[slot] = y;
  }

  return {
    add(position) {
      const slot = free.pop() ?? used;
      if (slot === used) used += 1;
      if (slot === xs.length) grow();
      set(slot, position);
      return slot;
    },
    set,
    remove(slot) {
      free.push(slot);
    },
    squareM(slot, { x, y }) {
      const dx = (xs[slot] ?? Infinity) - x;
      const dy = (ys[slot] ?? Infinity) - y;
      return dx * dx + dy * dy;
    },
  };
}
