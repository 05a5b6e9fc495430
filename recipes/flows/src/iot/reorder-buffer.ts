/**
 * Hands out what comes in disorder by event time. It holds back what the watermark has not
 * passed; of equals, whoever came first goes first.
 */
export class ReorderBuffer<Item extends { readonly eventMs: number }> {
  /** Sorted, newest first: what is due stands at the end. */
  readonly #held: Item[] = [];

  get size(): number {
    return this.#held.length;
  }

  add(item: Item): void {
    let low = 0;
    let high = this.#held.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const held = this.#held[middle];
      if (held && held.eventMs > item.eventMs) low = middle + 1;
      else high = middle;
    }
    this.#held.splice(low, 0, item);
  }

  /** Everything up to the watermark, oldest first. */
  release(watermarkMs: number): Item[] {
    let from = this.#held.length;
    while (from > 0 && (this.#held[from - 1]?.eventMs ?? Infinity) <= watermarkMs) from -= 1;
    return this.#held.splice(from).toReversed();
  }
}
