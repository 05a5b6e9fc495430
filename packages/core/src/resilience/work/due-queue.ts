interface Entry<Value> {
  readonly value: Value;
  readonly atMs: number;
  /** Decides between entries of one moment. */
  readonly rank: number;
}

/** A binary heap: what is due first comes out first, and of the same moment what has the lower rank. */
export class DueQueue<Value> {
  readonly #entries: Entry<Value>[] = [];

  get size(): number {
    return this.#entries.length;
  }

  /** When the first is due; `undefined` when there is none. */
  get firstAtMs(): number | undefined {
    return this.#entries[0]?.atMs;
  }

  get first(): Value | undefined {
    return this.#entries[0]?.value;
  }

  push(value: Value, atMs: number, rank: number): void {
    const entries = this.#entries;
    const entry = { value, atMs, rank };
    let place = entries.length;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = entries[parent];
      if (above === undefined || !isBefore(entry, above)) break;
      entries[place] = above;
      place = parent;
    }
    entries[place] = entry;
  }

  pop(): Value | undefined {
    const entries = this.#entries;
    const first = entries[0];
    const last = entries.pop();
    if (first === undefined || last === undefined || entries.length === 0) return first?.value;
    let place = 0;
    for (;;) {
      const child = this.#earlierChild(place);
      const below = entries[child];
      if (below === undefined || !isBefore(below, last)) break;
      entries[place] = below;
      place = child;
    }
    entries[place] = last;
    return first.value;
  }

  #earlierChild(place: number): number {
    const left = this.#entries[2 * place + 1];
    const right = this.#entries[2 * place + 2];
    const isRight = left !== undefined && right !== undefined && isBefore(right, left);
    return 2 * place + (isRight ? 2 : 1);
  }
}

function isBefore(one: Entry<unknown>, other: Entry<unknown>): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.rank < other.rank);
}
