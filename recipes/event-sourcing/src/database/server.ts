import type { ShopStore } from '../recipe.ts';
import { shopEvents } from '../shop/events.ts';

/** One schema for all shared runs of a recipe; else one for each run. */
export function schemaName(recipe: string, isShared: boolean): string {
  const name = `recipe_${recipe.replaceAll('-', '_')}`;
  return isShared ? name : `${name}_${process.pid}`;
}

export interface ServerStore {
  readonly store: ShopStore;
  /** Host and port, without user and password. */
  readonly host: string;
  /** Removes the schema with everything in it. */
  readonly drop: () => Promise<void>;
}

/** Opens a store on a server. Read models are in the schema of the events: it is the search path. */
export async function openOnServer(databaseUrl: string, schema: string): Promise<ServerStore> {
  const { openPostgresEventStore } = await import('@firedrill/core/event-store/postgres');
  const url = new URL(databaseUrl);
  url.searchParams.set('options', `-c search_path=${schema} -c client_min_messages=warning`);
  const store = await openPostgresEventStore({
    connectionString: url.href,
    schema,
    catalogue: shopEvents,
  });
  return {
    store,
    host: url.host,
    async drop() {
      await store.transaction((tx) => tx.query(`DROP SCHEMA "${schema}" CASCADE`));
    },
  };
}
