import type { Envelope } from './envelope.ts';
import type { TaskContext } from './handler-context.ts';
import type { Hook } from './hook.ts';
import type { Lane } from './lane.ts';

/*
 * A slot is one asynchronous handler under way. Numbers rather than objects, because a slot changes
 * state with every task:
 *
 *   idle ──start──> running ──settles──> idle
 *                      │
 *                      ├─ limit passes, strays below the bound ──> stray   (worker given back)
 *                      ├─ limit passes, strays at the bound ─────> held    (worker kept)
 *                      └─ close() gives up on it ────────────────> forsaken
 *
 *   held ──another stray settles──> stray;   stray, held, forsaken ──settles──> idle
 *
 * A task is counted once, when it leaves `running`; what its handler does afterwards changes only
 * the number of strays.
 */
export const slotState = { idle: 0, running: 1, stray: 2, held: 3, forsaken: 4 } as const;
export type SlotState = (typeof slotState)[keyof typeof slotState];

export class Slot {
  state: SlotState = slotState.idle;
  hook: Hook | undefined;
  lane: Lane | undefined;
  data: unknown;
  envelope: Envelope | undefined;
  context: TaskContext | undefined;
  startedAt = 0;
  /** When the limit passes; Infinity for none. */
  deadline = Infinity;
  /** Place in the list of slots under way. */
  index = -1;
  /** Made once for the slot, so that a task allocates no closures. */
  readonly onFulfilled: () => void;
  readonly onRejected: (error: unknown) => void;

  constructor(onFulfilled: (slot: Slot) => void, onRejected: (slot: Slot, error: unknown) => void) {
    this.onFulfilled = () => onFulfilled(this);
    this.onRejected = (error) => onRejected(this, error);
  }

  /** Lets go of everything that belonged to the task. */
  clear(): void {
    this.state = slotState.idle;
    this.hook = undefined;
    this.lane = undefined;
    this.data = undefined;
    this.envelope = undefined;
    this.context = undefined;
    this.deadline = Infinity;
  }
}

/** The slots that wait for a handler, in no order; adding and removing take constant time. */
export class SlotList {
  readonly #slots: Slot[] = [];

  get size(): number {
    return this.#slots.length;
  }

  add(slot: Slot): void {
    slot.index = this.#slots.length;
    this.#slots.push(slot);
  }

  remove(slot: Slot): void {
    const last = this.#slots.pop();
    if (last !== undefined && last !== slot) {
      this.#slots[slot.index] = last;
      last.index = slot.index;
    }
    slot.index = -1;
  }

  /** One of them, if any. */
  any(): Slot | undefined {
    return this.#slots.at(-1);
  }

  /** A copy, for walks that remove. */
  toArray(): Slot[] {
    return [...this.#slots];
  }

  [Symbol.iterator](): Iterator<Slot> {
    return this.#slots.values();
  }
}
