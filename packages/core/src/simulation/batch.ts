import type { VirtualImmediate } from './virtual-immediate.ts';
import { inBatch, VirtualTimer } from './virtual-timer.ts';

export type Item = VirtualTimer | VirtualImmediate;

/**
 * The callbacks of one phase. Each runs as one real immediate, so that, as in Node, the next ticks
 * and microtasks that it caused run before the next callback; that costs a tenth of a turn each.
 */
export class Batch {
  readonly #call: (item: Item) => void;
  readonly #onEnd: () => void;
  readonly #queue: (next: () => void) => void;
  #items: readonly Item[] = [];
  #index = 0;

  /** `call` runs an item that is still wanted, and throws nothing; `queue` makes a real immediate. */
  constructor(call: (item: Item) => void, onEnd: () => void, queue: (next: () => void) => void) {
    this.#call = call;
    this.#onEnd = onEnd;
    this.#queue = queue;
  }

  get isRunning(): boolean {
    return this.#index < this.#items.length;
  }

  /** Items that have neither run nor been cleared. */
  get left(): number {
    return this.#items.filter((item) => isWanted(item)).length;
  }

  /** Runs the first item at once, and the others behind it. */
  run(items: readonly Item[]): void {
    this.#items = items;
    this.#index = 0;
    for (let i = 1; i < items.length; i += 1) this.#queue(this.#runNext);
    this.#runNext();
  }

  readonly #runNext = (): void => {
    const item = this.#items[this.#index];
    if (item !== undefined && isWanted(item)) this.#call(item);
    this.#index += 1;
    if (!this.isRunning) this.#onEnd();
  };
}

function isWanted(item: Item): boolean {
  return item instanceof VirtualTimer ? item.position === inBatch : item.isPending;
}
