import type { EventCatalogue } from './catalogue/define-events.ts';
import { upcast } from './catalogue/upcast.ts';
import type { RecordedEvent } from './event.ts';
import type { InlineProjection } from './event-store.ts';
import { matcherOf } from './filter.ts';

/** The projections that run inside every append, in the order in which they were added. */
export interface InlineProjections<Tx> {
  readonly size: number;
  add(projection: InlineProjection<Tx>): () => void;
  run(events: readonly RecordedEvent[], tx: Tx): Promise<void>;
}

export function createInlineProjections<Tx>(
  catalogue: EventCatalogue | undefined,
): InlineProjections<Tx> {
  const projections = new Set<InlineProjection<Tx>>();
  return {
    get size() {
      return projections.size;
    },

    add(projection) {
      const own = { ...projection };
      projections.add(own);
      return () => {
        projections.delete(own);
      };
    },

    async run(events, tx) {
      for (const { filter = {}, handle } of projections) {
        const { buckets: _ignored, ...scope } = filter;
        const matching = events.filter(matcherOf(scope));
        if (matching.length > 0) {
          await handle(
            matching.map((event) => upcast(event, catalogue)),
            tx,
          );
        }
      }
    },
  };
}
