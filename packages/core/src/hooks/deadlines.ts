/** What a heap of deadlines holds. Its place in the heap belongs to the heap. */
export interface Due {
  /** When it is due, on the clock of `performance.now()`. */
  readonly dueAt: number;
  /** Minus one while it is in no heap. */
  heapIndex: number;
}

/**
 * The earliest of many deadlines: a binary heap whose entries know where they are, so that one that
 * is settled before its time leaves at once instead of staying until then.
 */
export class Deadlines<T extends Due> {
  readonly #heap: T[] = [];

  get earliest(): number {
    return this.#heap[0]?.dueAt ?? Infinity;
  }

  /** Infinity is no deadline, and is not kept. */
  add(entry: T): void {
    if (entry.dueAt === Infinity) return;
    this.#heap.push(entry);
    this.#rise(entry, this.#heap.length - 1);
  }

  remove(entry: T): void {
    const index = entry.heapIndex;
    if (index < 0) return;
    entry.heapIndex = -1;
    const last = this.#heap.pop();
    if (last === undefined || last === entry) return;
    this.#rise(last, index);
    this.#sink(last, last.heapIndex);
  }

  /** Takes out the earliest entry when it is due at or before `now`. */
  takeDue(now: number): T | undefined {
    const first = this.#heap[0];
    if (first === undefined || first.dueAt > now) return undefined;
    this.remove(first);
    return first;
  }

  #rise(entry: T, from: number): void {
    let index = from;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = this.#heap[above];
      if (parent === undefined || parent.dueAt <= entry.dueAt) break;
      this.#put(parent, index);
      index = above;
    }
    this.#put(entry, index);
  }

  #sink(entry: T, from: number): void {
    let index = from;
    for (;;) {
      const left = this.#heap[2 * index + 1];
      const right = this.#heap[2 * index + 2];
      const child =
        right !== undefined && left !== undefined && right.dueAt < left.dueAt ? right : left;
      if (child === undefined || child.dueAt >= entry.dueAt) break;
      const below = child.heapIndex;
      this.#put(child, index);
      index = below;
    }
    this.#put(entry, index);
  }

  #put(entry: T, index: number): void {
    this.#heap[index] = entry;
    entry.heapIndex = index;
  }
}
