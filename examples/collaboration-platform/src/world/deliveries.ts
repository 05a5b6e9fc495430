/**
 * Things on their way, each due at a time of its own.
 *
 * Fifty thousand people receive hundreds of thousands of messages a second, and a timer for each would
 * be most of the work of a run. So what is due within the same millisecond shares one timer. Order is
 * kept: by due millisecond, then as added.
 */
export interface Deliveries<Item> {
  /** Hands the item over at the first whole millisecond that is not before `dueMs`. */
  add(dueMs: number, item: Item): void;
  /** How many are on their way. */
  readonly size: number;
}

/** `deliver` must not throw: the items of one millisecond are handed over in one go. */
export function createDeliveries<Item>(
  elapsedMs: () => number,
  deliver: (item: Item) => void,
): Deliveries<Item> {
  const slots = new Map<number, Item[]>();
  let size = 0;

  function fire(slotMs: number): void {
    const items = slots.get(slotMs) ?? [];
    slots.delete(slotMs);
    size -= items.length;
    for (const item of items) deliver(item);
  }

  return {
    add(dueMs, item) {
      const slotMs = Math.ceil(dueMs);
      size += 1;
      const slot = slots.get(slotMs);
      if (slot !== undefined) {
        slot.push(item);
        return;
      }
      slots.set(slotMs, [item]);
      setTimeout(fire, Math.max(0, slotMs - elapsedMs()), slotMs);
    },
    get size() {
      return size;
    },
  };
}
