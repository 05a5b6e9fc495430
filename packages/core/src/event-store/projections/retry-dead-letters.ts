import type { AnyEvent, RecordedEvent } from '../event.ts';
import type { EventStore } from '../event-store.ts';
import { callHandler } from './call-handler.ts';
import type { Projection } from './define-projection.ts';

/** What became of the dead letters that were tried again. */
export interface RetriedDeadLetters {
  /** Handled, and gone from the dead letters. */
  readonly resolved: number;
  /** Still there, with the new error. */
  readonly failed: readonly { readonly event: RecordedEvent; readonly error: unknown }[];
}

/**
 * Hands dead letters to the handler once more, each in a transaction that also removes it. They come
 * behind later events of their streams: a handler for which order matters needs a rebuild instead.
 *
 * @param limit Letters at most, the oldest first. Default: 100.
 */
export async function retryDeadLetters<Tx, Event extends AnyEvent>(
  store: EventStore<Tx, Event>,
  projection: Projection<Tx, Event>,
  { limit = 100 }: { readonly limit?: number } = {},
): Promise<RetriedDeadLetters> {
  const letters = await store.projections.deadLetters(projection.name, limit);
  const interrupt = new AbortController().signal;
  const failed: { event: RecordedEvent; error: unknown }[] = [];
  let resolved = 0;
  for (const { event, generation, bucket, attempts } of letters) {
    const context = { generation, bucket, attempt: attempts + 1 };
    try {
      const isResolved = await store.transaction(async (tx) => {
        // First: it locks the letter, so that two at once do not both handle it.
        const isThere = await store.projections.resolveDeadLetter(projection.name, event.position, {
          tx,
        });
        // Read again, so that it has the newest shape that the catalogue knows.
        const { stream, streamVersion: version } = event;
        const events = await store.readStream(stream, { from: version, to: version, tx });
        if (isThere) await callHandler(projection, { events, tx, context, interrupt });
        return isThere;
      });
      if (isResolved) resolved += 1;
    } catch (error) {
      failed.push({ event, error });
    }
  }
  return { resolved, failed };
}
