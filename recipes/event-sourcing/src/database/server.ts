import type { ShopStore } from '../recipe.ts';
import { shopEvents } from '../shop/events.ts';

/** Opens a store on a server. Read models are in the schema of the events: it is the search path. */
export async function openOnServer(databaseUrl: string, schema: string): Promise<ShopStore> {
  const { openPostgresEventStore } = await import('@firedrill/core/event-store/postgres');
  const url = new URL(databaseUrl);
  url.searchParams.set('options', `-c search_path=${schema} -c client_min_messages=warning`);
  return openPostgresEventStore({ connectionString: url.href, schema, catalogue: shopEvents });
}

/** Removes a schema with everything in it. */
export async function dropSchema(databaseUrl: string, schema: string): Promise<void> {
  const store = await openOnServer(databaseUrl, schema);
  await store.transaction((tx) => tx.query(`DROP SCHEMA "${schema}" CASCADE`));
  await store.close();
}
