/** Things to come, in slots of a few milliseconds: cheaper than a timer for each of a million. */
export interface Calendar<Item> {
  add(atMs: number, item: Item): void;
  /** Takes what is due by now: slot after slot, and within one in the order in which it was added. */
  takeUntil(nowMs: number): readonly Item[];
  readonly size: number;
}

export function createCalendar<Item>(slotMs: number): Calendar<Item> {
  const slots = new Map<number, Item[]>();
  let next = 0;
  let size = 0;

  return {
    add(atMs, item) {
      // What is due in the past belongs to the slot that is taken next.
      const slot = Math.max(next, Math.ceil(atMs / slotMs));
      const items = slots.get(slot);
      if (items === undefined) slots.set(slot, [item]);
      else items.push(item);
      size += 1;
    },
    takeUntil(nowMs) {
      const due: Item[] = [];
      for (; next * slotMs <= nowMs; next += 1) {
        const items = slots.get(next);
        if (items === undefined) continue;
        slots.delete(next);
        size -= items.length;
        for (const item of items) due.push(item);
      }
      return due;
    },
    get size() {
      return size;
    },
  };
}
