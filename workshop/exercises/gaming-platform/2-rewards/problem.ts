import { createGame, type CreateSystem, hardenedParts, type Outbox } from '#gaming-platform';

/**
 * The outbox holds vital work until it is done: rewards, reports of cheaters, their verdicts. `send`
 * says whether there is room for an item at all; `failed` is called when the service said no, or when
 * nobody knows. What becomes of a reward then?
 *
 * Given: `random` is a figure from 0 to 1 for a backoff with jitter (`backoffDelayMs`), and what is
 * sent twice is granted once, because it carries a key.
 */
function createOutbox<Item>(send: (item: Item) => boolean, _random: () => number): Outbox<Item> {
  const items = new Map<string, Item>();

  return {
    add(key, item) {
      if (items.has(key)) return;
      items.set(key, item);
      if (!send(item)) items.delete(key);
    },
    done(key) {
      items.delete(key);
    },
    failed(key) {
      items.delete(key);
    },
    has: (key) => items.has(key),
    drop(isDropped) {
      const dropped = [...items].filter(([, item]) => isDropped(item));
      for (const [key] of dropped) items.delete(key);
      return dropped.map(([, item]) => item);
    },
    get size() {
      return items.size;
    },
  };
}

export const create: CreateSystem = (context) =>
  createGame(context, { ...hardenedParts, createOutbox });
