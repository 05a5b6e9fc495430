import { UsageError } from '../command/usage-error.ts';
import type { FlagValues } from '../command/flag.ts';
import type { storeFlags } from '../command/store-flags.ts';
import type { RecipeContext, ShopStore } from '../recipe.ts';
import { openEmbedded } from './embedded.ts';
import { openOnServer, schemaName } from './server.ts';

export type StoreOptions = FlagValues<typeof storeFlags>;

/** A store that is open, and where it is. */
export interface OpenStore {
  readonly store: ShopStore;
  /** Schema of the store's own tables. */
  readonly schema: string;
  /** Whether what is appended is still there after this run. */
  readonly isKept: boolean;
}

/**
 * Opens the store that the flags name: on a PostgreSQL server, or the embedded one, in a temporary
 * directory unless one was given. When the recipe ends it is closed, and removed if it is not kept.
 *
 * @param recipe its name, which its schema on a server bears
 * @param isShared whether other runs, at the same time or later, work on the same events
 */
export async function openStore(
  recipe: string,
  { options, out, onEnd }: RecipeContext<StoreOptions>,
  isShared = false,
): Promise<OpenStore> {
  const { databaseUrl, directory } = options;
  if (databaseUrl !== undefined) {
    if (directory !== undefined) throw bothGiven(directory);
    const schema = schemaName(recipe, isShared);
    const { store, host, drop } = await openOnServer(databaseUrl, schema);
    onEnd(async () => {
      if (!isShared) await drop();
      await store.close();
    });
    const ending = isShared ? ' It stays: drop that schema when you are done.' : '';
    out.line(`Store: PostgreSQL at ${host}, schema ${schema}.${ending}`);
    return { store, schema, isKept: isShared };
  }
  const { store, schema, where, remove } = await openEmbedded(directory);
  onEnd(async () => {
    await store.close();
    await remove();
  });
  out.line(`Store: embedded PostgreSQL ${where}.`);
  return { store, schema, isKept: directory !== undefined };
}

function bothGiven(directory: string): UsageError {
  return new UsageError(
    `--directory=${directory}`,
    'a database URL is given as well, and the events go to one place only',
    'Leave out one of --directory and --database-url (or DATABASE_URL).',
  );
}
