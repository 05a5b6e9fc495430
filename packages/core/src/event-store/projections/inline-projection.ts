import type { AnyEvent } from '../event.ts';
import type { InlineProjection } from '../event-store.ts';
import { callHandler } from './call-handler.ts';
import type { Projection } from './define-projection.ts';

/**
 * The same projection, run inside every append: its read model is never behind, and an append fails
 * when its handler does. Add it with `store.addInlineProjection`, in every process that appends.
 */
export function toInlineProjection<Tx, Event extends AnyEvent>(
  projection: Projection<Tx, Event>,
): InlineProjection<Tx, Event> {
  return {
    name: projection.name,
    filter: projection.filter,
    handle: (events, tx) =>
      callHandler(projection, {
        events,
        tx,
        context: { generation: 1, bucket: undefined, attempt: 1 },
        interrupt: new AbortController().signal,
      }),
  };
}
