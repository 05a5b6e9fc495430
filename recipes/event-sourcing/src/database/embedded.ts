import type { ShopStore } from '../recipe.ts';

export interface EmbeddedStore {
  readonly store: ShopStore;
  readonly schema: string;
  /** For the screen, e.g. `in ./data`. */
  readonly where: string;
  /** Removes a directory that nobody asked for. */
  readonly remove: () => Promise<void>;
}

/** @throws Error while the embedded adapter does not exist. */
export async function openEmbedded(directory: string | undefined): Promise<EmbeddedStore> {
  await Promise.resolve();
  throw new Error(`not yet: ${directory}`);
}
