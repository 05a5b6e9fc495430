import { type Slot, slotState } from './slot.ts';

/**
 * Handlers that go on although their task is over. Each still costs memory and whatever it holds
 * open, so their number is bounded: beyond the bound a handler keeps its worker until it settles.
 * The pool then has fewer workers, fills up, and refuses; it does not collect handlers for ever.
 */
export class Strays {
  /** Those that gave their worker back. Never above the bound. */
  count = 0;
  /** Those that `close()` gave up on. */
  forsaken = 0;
  readonly #held = new Set<Slot>();
  readonly #bound: number;

  constructor(bound: number) {
    this.#bound = bound;
  }

  /** Those that keep their worker. */
  get held(): number {
    return this.#held.size;
  }

  /** All of them. */
  get total(): number {
    return this.count + this.#held.size + this.forsaken;
  }

  /** Takes in a handler whose task is over: a limit has passed, or its emit was cancelled. */
  add(slot: Slot): void {
    if (this.count < this.#bound) {
      slot.state = slotState.stray;
      this.count++;
      if (slot.lane !== undefined) slot.lane.occupied--;
      return;
    }
    slot.state = slotState.held;
    this.#held.add(slot);
    if (slot.lane !== undefined) slot.lane.held++;
  }

  /** Takes in a handler that `close()` gives up on. */
  forsake(slot: Slot): void {
    slot.state = slotState.forsaken;
    this.forsaken++;
  }

  /** A handler has settled at last; room for one more stray gives a held worker back. */
  remove(slot: Slot): void {
    if (slot.state === slotState.forsaken) {
      this.forsaken--;
    } else if (slot.state === slotState.held) {
      this.#held.delete(slot);
      returnHeld(slot);
    } else {
      this.count--;
    }
    const [next] = this.#held;
    if (next === undefined || this.count >= this.#bound) return;
    this.#held.delete(next);
    next.state = slotState.stray;
    this.count++;
    returnHeld(next);
  }
}

function returnHeld(slot: Slot): void {
  if (slot.lane === undefined) return;
  slot.lane.held--;
  slot.lane.occupied--;
}
