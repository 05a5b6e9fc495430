import { sleep } from '../../resilience/index.ts';
import { RebuildError } from '../errors.ts';
import type { AnyEvent } from '../event.ts';
import type { EventStore } from '../event-store.ts';
import type { Generation } from '../projection-storage.ts';
import { hasReached } from './has-reached.ts';

/** What is switched together with a rebuild, and how its progress is waited for. */
export interface SwapOptions<Tx> {
  /** Switches the read model in the same transaction: a view, a name, a row that says which is live. */
  readonly within?: (tx: Tx, generation: number) => Promise<unknown>;
  /** Milliseconds between two looks at how far the rebuild has come. Default: 200. */
  readonly pollMs?: number;
  /** Gives up waiting; the rebuild goes on. */
  readonly signal?: AbortSignal;
}

/**
 * Begins a second build of a read model from the first event, beside the live one. The runners of the
 * projection take it up with their next renewal; the handler finds its number in
 * `context.generation` and writes to a place of its own.
 *
 * @throws RebuildError when one is under way. @throws UnknownProjectionError.
 */
export function startRebuild<Tx, Event extends AnyEvent>(
  store: EventStore<Tx, Event>,
  projection: string,
): Promise<Generation> {
  return store.projections.startRebuild(projection);
}

/**
 * Waits until the rebuild has everything that was settled when this was called, then makes it the live
 * one. What has come since, the new one handles by itself: nothing is skipped, but for a moment it may
 * stand behind where the old one stood.
 *
 * @throws RebuildError when none is under way. The reason of `signal`. What `within` throws.
 */
export async function swapWhenCaughtUp<Tx, Event extends AnyEvent>(
  store: EventStore<Tx, Event>,
  projection: string,
  { within, pollMs = 200, signal }: SwapOptions<Tx> = {},
): Promise<Generation> {
  const { projections } = store;
  const { horizon } = await store.positions();
  const { generations } = await projections.status(projection);
  const rebuilding = generations.find(({ state }) => state === 'rebuilding')?.generation;
  if (rebuilding === undefined) throw new RebuildError(projection, 'none');
  while (!(await hasReached(projections, projection, horizon, rebuilding))) {
    await sleep(pollMs, signal);
  }
  return store.transaction(async (tx) => {
    const live = await projections.swap(projection, { minCheckpoint: horizon, tx });
    await within?.(tx, live.generation);
    return live;
  });
}
