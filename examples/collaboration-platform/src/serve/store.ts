import {
  createMemoryEventStore,
  defineEvents,
  type EventOf,
  type EventStore,
  type NewEvent,
  type Snapshot,
  type StreamId,
} from '@firedrill/core/event-store';
import { z } from 'zod';
import { roles } from '../domain.ts';
import { stampSchema } from '../domain/protocol.ts';
import { withGroupCommit } from './group-commit.ts';
import { keyIn, temporaryKey } from './identities.ts';

/** Where canvases are kept: in memory; in a directory; or on a PostgreSQL server, the key in a directory. */
export type StoreChoice =
  | { readonly kind: 'memory' }
  | { readonly kind: 'embedded'; readonly directory: string }
  | { readonly kind: 'postgres'; readonly connectionString: string; readonly directory: string };

/** Everything that happens to a canvas is an event of its stream. */
export const catalogue = defineEvents({
  'canvas.updated': {
    schema: z.object({
      by: z.string(),
      update: z.string().describe('a Yjs update, base64'),
      stamps: z.array(stampSchema),
    }),
  },
  'access.decided': {
    schema: z.object({
      personId: z.string(),
      role: z.enum(roles).nullable(),
      by: z.string().describe('whoever enters a canvas that is open to all decides for themselves'),
    }),
  },
});
export type CanvasEvent = EventOf<typeof catalogue>;

/** What a canvas needs of the event store, whichever it is. */
export type CanvasStore = Pick<EventStore<unknown, CanvasEvent>, 'readStream' | 'close'> & {
  append(
    stream: StreamId,
    events: readonly NewEvent<CanvasEvent>[],
    options: { readonly expectedVersion: number },
  ): Promise<unknown>;
  readonly snapshots: {
    load(stream: StreamId, name: string): Promise<Snapshot | undefined>;
    save(stream: StreamId, name: string, snapshot: Snapshot): Promise<void>;
  };
};

/**
 * Opens the store, and the key that signs identities. What a database needs is loaded only then.
 *
 * @throws EventStoreError when the directory or the server cannot be used
 */
export async function openStore(
  choice: StoreChoice,
): Promise<{ readonly store: CanvasStore; readonly key: Uint8Array }> {
  if (choice.kind === 'memory') {
    return { store: createMemoryEventStore({ catalogue }), key: temporaryKey() };
  }
  const { directory } = choice;
  if (choice.kind === 'embedded') {
    const { openPgliteEventStore } = await import('@firedrill/core/event-store/pglite');
    // It does one thing after another anyhow, so that canvases had better go together.
    const store = withGroupCommit(await openPgliteEventStore({ directory, catalogue }));
    return { store, key: await keyIn(directory) };
  }
  const { openPostgresEventStore } = await import('@firedrill/core/event-store/postgres');
  const { connectionString } = choice;
  const store = await openPostgresEventStore({ connectionString, catalogue });
  return { store, key: await keyIn(directory) };
}
