import { type Backoff, backoffDelayMs } from '../backoff.ts';
import { sleep } from '../sleep.ts';
import type { WorkItem } from './work-item.ts';
import type { WorkStore } from './work-store.ts';

/** Notes in the store what became of work, and counts when that fails. */
export class Notes<Payload> {
  readonly #store: WorkStore<Payload>;
  readonly #rules: { readonly backoff: Backoff; readonly random: () => number };
  readonly #signal: AbortSignal;
  #failures = 0;

  /** @param signal Ends it: nothing is written after that. */
  constructor(
    store: WorkStore<Payload>,
    rules: { readonly backoff: Backoff; readonly random: () => number },
    signal: AbortSignal,
  ) {
    this.#store = store;
    this.#rules = rules;
    this.#signal = signal;
  }

  get failures(): number {
    return this.#failures;
  }

  /**
   * Once: when it fails, the next process knows of an attempt less, and tries again what this one gave
   * up.
   */
  async update(item: WorkItem<Payload>): Promise<void> {
    try {
      await this.#store.update(item);
    } catch {
      this.#failures += 1;
    }
  }

  /** Until it succeeds, or all is over: what is done and not noted would be done again. */
  async remove(id: string): Promise<boolean> {
    for (let attempt = 1; !this.#signal.aborted; attempt += 1) {
      try {
        await this.#store.remove(id);
        return true;
      } catch {
        this.#failures += 1;
      }
      const delayMs = backoffDelayMs(this.#rules.backoff, attempt, this.#rules.random);
      await sleep(delayMs, this.#signal).catch(() => {});
    }
    return false;
  }
}
