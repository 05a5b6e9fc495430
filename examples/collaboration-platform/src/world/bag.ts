import type { Random } from '@firedrill/core/simulation';

/** Items of which one is drawn at random; all operations take constant time. */
export interface Bag<Item> {
  add(item: Item): void;
  /** Does nothing when it is not there. */
  remove(item: Item): void;
  /** One of the items, each as likely as the other; it stays in. */
  pick(random: Random): Item | undefined;
  /** A copy. */
  all(): readonly Item[];
  readonly size: number;
}

export function createBag<Item>(): Bag<Item> {
  const items: Item[] = [];
  const places = new Map<Item, number>();
  return {
    add(item) {
      if (places.has(item)) return;
      places.set(item, items.length);
      items.push(item);
    },
    remove(item) {
      const place = places.get(item);
      if (place === undefined) return;
      places.delete(item);
      const last = items.pop();
      if (last === undefined || last === item) return;
      items[place] = last;
      places.set(last, place);
    },
    pick: (random) => items[Math.floor(random.next() * items.length)],
    all: () => [...items],
    get size() {
      return items.length;
    },
  };
}
