import { serveChildren } from '@firedrill/core/event-store/ipc';
import { openPgliteEventStore } from '@firedrill/core/event-store/pglite';
import { shopEvents } from '../shop/events.ts';
import type { OpenStore } from './open-store.ts';

const schema = 'event_store';

/** Opens the embedded database in a directory, for this process and the children that it serves. */
export async function openEmbedded(directory: string): Promise<OpenStore> {
  const opened = await openPgliteEventStore({ directory, schema, catalogue: shopEvents });
  const { database, bucketCount, ...store } = opened;
  const server = serveChildren(database, { bucketCount });
  return {
    schema,
    store: {
      ...store,
      bucketCount,
      async close() {
        await server.close();
        await store.close();
      },
    },
    serve(child) {
      server.serve(child);
    },
  };
}
