import type { ShopStore } from '../recipe.ts';
import type { HistoryOptions } from './history.ts';

/** Appends that share a commit: a transaction for each would be most of the time. */
const appendsPerTransaction = 50;

export interface AppendHistoryOptions extends Pick<HistoryOptions, 'events' | 'seed'> {
  readonly signal: AbortSignal;
}

/**
 * Lets things happen in the shop: each event is appended to its stream, at the version that it expects.
 * Gives the number of events, which is less than wanted only when it was stopped.
 */
export async function appendHistory(
  store: ShopStore,
  { events, seed, signal }: AppendHistoryOptions,
): Promise<number> {
  // Names and products take a while to load, and many a process needs none.
  const { shopHistory } = await import('./history.ts');
  // Positions are never given twice, so what comes behind the last one has new ids.
  const { head } = await store.positions();
  const history = shopHistory({ events, seed, after: head });
  let done = 0;
  while (done < history.length && !signal.aborted) {
    const part = history.slice(done, done + appendsPerTransaction);
    await store.transaction(async (tx) => {
      for (const { stream, expectedVersion, event } of part) {
        await store.append(stream, [event], { expectedVersion, tx });
      }
    });
    done += part.length;
  }
  return done;
}
