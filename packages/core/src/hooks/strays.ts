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

  /** Takes in a handler whose limit has passed. */
  add(slot: Slot): void {
    if (this.count < this.#bound) {
      this.#letGo(slot);
      return;
    }
    slot.state = slotState.held;
    this.#held.add(slot);
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
      returnWorker(slot);
    } else {
      this.count--;
    }
    const [next] = this.#held;
    if (next === undefined || this.count >= this.#bound) return;
    this.#held.delete(next);
    this.#letGo(next);
  }

  #letGo(slot: Slot): void {
    slot.state = slotState.stray;
    this.count++;
    returnWorker(slot);
  }
}

function returnWorker(slot: Slot): void {
  if (slot.lane !== undefined) slot.lane.occupied--;
}
