import { createHook } from 'node:async_hooks';

import type { WaitTracer } from '../host.ts';
import { callerOutsideThisRoom } from './caller.ts';

/** Lines in the message of a deadlock. */
const maxPlaces = 10;
/**
 * Remembers where each pending promise was made, to say who waits in a deadlock. It makes a run
 * several times slower: it is for a second run with the same seed.
 */
export class PromiseTracer implements WaitTracer {
  readonly #places = new Map<number, string>();
  readonly #hook = createHook({
    init: (id, type) => {
      if (type !== 'PROMISE') return;
      const place = callerOutsideThisRoom();
      if (place !== undefined) this.#places.set(id, place);
    },
    promiseResolve: (id) => {
      this.#places.delete(id);
    },
  });

  start(): void {
    this.#hook.enable();
  }

  stop(): void {
    this.#hook.disable();
  }

  /** The places where promises still pending were made, latest first, with how many each made. */
  pending(): string[] {
    const counts = new Map<string, number>();
    for (const place of [...this.#places.values()].toReversed()) {
      counts.set(place, (counts.get(place) ?? 0) + 1);
    }
    return [...counts].slice(0, maxPlaces).map(([place, count]) => `${place} (${count})`);
  }
}
