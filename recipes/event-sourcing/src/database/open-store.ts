import type { ChildProcess } from 'node:child_process';
import { openIpcEventStore } from '@firedrill/core/event-store/ipc';
import { childVariable } from '../command/start-command.ts';
import type { Output } from '../output.ts';
import type { RecipeContext, ShopStore } from '../recipe.ts';
import { shopEvents } from '../shop/events.ts';
import { choosePlace, type Place, type StoreOptions } from './place.ts';
import { openOnServer } from './server.ts';

/** A store that is open, and the schema of its own tables. */
export interface OpenStore {
  readonly store: ShopStore;
  readonly schema: string;
  /** Lets a child use it, where it belongs to this process alone. */
  readonly serve?: (child: ChildProcess) => void;
}

/** Opens the store that the flags name, and says where it is. It is closed when the recipe ends. */
export async function openStore(context: RecipeContext<StoreOptions>): Promise<OpenStore> {
  const place = await choosePlace(context);
  sayWhere(context.out, place);
  return openAt(place, context);
}

/** Opens the store at a place. It is closed when the recipe ends, if not before. */
export async function openAt(
  place: Place,
  { onEnd }: Pick<RecipeContext<unknown>, 'onEnd'>,
): Promise<OpenStore> {
  const opened: OpenStore =
    place.kind === 'server'
      ? { store: await openOnServer(place.databaseUrl, place.schema), schema: place.schema }
      : await (await import('./embedded.ts')).openEmbedded(place.directory);
  onEnd(() => opened.store.close());
  return opened;
}

/** The store of the recipe that has started this process; undefined when none has. */
export async function openFromParent({
  env,
  onEnd,
}: RecipeContext<unknown>): Promise<ShopStore | undefined> {
  if (env[childVariable] === undefined) return undefined;
  const store = await openIpcEventStore({ catalogue: shopEvents });
  onEnd(() => store.close());
  return store;
}

export function sayWhere(out: Output, place: Place): void {
  if (place.kind === 'server') {
    const { host } = new URL(place.databaseUrl);
    const ending = place.isKept ? ', which stays until you drop it' : '';
    out.line(`Store: PostgreSQL at ${host}, schema ${place.schema}${ending}.`);
  } else if (place.isKept) out.line(`Store: embedded PostgreSQL in ${place.directory}.`);
  else out.line('Store: embedded PostgreSQL, gone after this run.');
}
