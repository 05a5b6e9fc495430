import type { Slot } from './slot.ts';

/**
 * A stack whose array never shrinks: emptying and refilling an ordinary array has V8 give the
 * memory back and ask for it again in each pass. Slots are kept for reuse anyway.
 */
export class SlotStack {
  size = 0;
  readonly #slots: Slot[] = [];

  push(slot: Slot): void {
    this.#slots[this.size++] = slot;
  }

  pop(): Slot | undefined {
    return this.size === 0 ? undefined : this.#slots[--this.size];
  }

  /** The slot at a position from the bottom. */
  at(index: number): Slot | undefined {
    return this.#slots[index];
  }
}
