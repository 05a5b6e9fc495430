import { type Backoff, backoffDelayMs } from '@firedrill/core/resilience';
import { createGame, type CreateSystem, hardenedParts, type Outbox } from '#gaming-platform';

/** From a fifth of a second to five: a service that is back is found soon, one that is not is spared. */
const backoff: Backoff = { initialMs: 200, maxMs: 5_000, factor: 2, jitter: 'equal' };

/** Work stays here until somebody says that it is done; until then it is sent again, ever more rarely. */
function createOutbox<Item>(send: (item: Item) => boolean, random: () => number): Outbox<Item> {
  const items = new Map<string, { readonly item: Item; failures: number }>();

  function attempt(key: string): void {
    const known = items.get(key);
    if (known !== undefined && !send(known.item)) failed(key);
  }

  function failed(key: string): void {
    const known = items.get(key);
    if (known === undefined) return;
    known.failures += 1;
    setTimeout(attempt, backoffDelayMs(backoff, known.failures, random), key);
  }

  return {
    add(key, item) {
      if (items.has(key)) return;
      items.set(key, { item, failures: 0 });
      attempt(key);
    },
    done(key) {
      items.delete(key);
    },
    failed,
    has: (key) => items.has(key),
    drop(isDropped) {
      const dropped = [...items].filter(([, { item }]) => isDropped(item));
      for (const [key] of dropped) items.delete(key);
      return dropped.map(([, { item }]) => item);
    },
    get size() {
      return items.size;
    },
  };
}

export const create: CreateSystem = (context) =>
  createGame(context, { ...hardenedParts, createOutbox });
