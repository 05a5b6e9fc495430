import { UsageError } from '@firedrill/core/command-line';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { FlagValues } from '../command/flag.ts';
import type { storeFlags } from '../command/store-flags.ts';
import type { RecipeContext } from '../recipe.ts';
import { dropSchema } from './server.ts';

export type StoreOptions = FlagValues<typeof storeFlags>;

/** Where events are: in a schema on a server, or in a directory of the embedded database. */
export type Place = { readonly isKept: boolean } & (
  | { readonly kind: 'server'; readonly databaseUrl: string; readonly schema: string }
  | { readonly kind: 'embedded'; readonly directory: string }
);

/** Tells the children of a recipe which schema theirs is. */
export const schemaVariable = 'RECIPE_SCHEMA';

/**
 * Where the flags say. A place that nobody asked to keep is removed when the recipe has ended.
 *
 * @param isShared whether other runs, at the same time or later, work on the same events: then a
 *   server keeps them too
 * @throws UsageError when two places were named
 */
export async function choosePlace(
  { name, options, env, onEnd }: RecipeContext<StoreOptions>,
  isShared = false,
): Promise<Place> {
  const { databaseUrl, directory } = options;
  if (databaseUrl !== undefined) {
    if (directory !== undefined) throw bothGiven(directory);
    const given = env[schemaVariable];
    const isKept = isShared || given !== undefined;
    const shared = `recipe_${name.replaceAll('-', '_')}`;
    const schema = given ?? (isShared ? shared : `${shared}_${process.pid}`);
    if (!isKept) onEnd(() => dropSchema(databaseUrl, schema));
    return { kind: 'server', databaseUrl, schema, isKept };
  }
  if (directory !== undefined) {
    // pnpm starts in the package's own directory, and leaves the one that the user typed in here.
    const path = resolve(env['INIT_CWD'] ?? process.cwd(), directory);
    return { kind: 'embedded', directory: path, isKept: true };
  }
  const path = await mkdtemp(join(tmpdir(), `recipe-${name}-`));
  onEnd(() => rm(path, { recursive: true, force: true }));
  return { kind: 'embedded', directory: path, isKept: false };
}

/** What a child finds the same place by. The embedded database it reaches through its parent. */
export function childEnv(place: Place): Readonly<Record<string, string>> {
  if (place.kind === 'embedded') return { DIRECTORY: '' };
  // Not as arguments: every user of the machine could read the password in them.
  return { DATABASE_URL: place.databaseUrl, [schemaVariable]: place.schema };
}

function bothGiven(directory: string): UsageError {
  return new UsageError({
    given: `--directory=${directory}`,
    cause: 'a database URL is given as well, and the events go to one place only',
    remedy: 'Leave out one of --directory and --database-url (or DATABASE_URL).',
  });
}
