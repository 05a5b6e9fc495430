import type { OpenStore } from './open-store.ts';

/** @throws Error while the embedded adapter does not exist. */
export async function openEmbedded(directory: string): Promise<OpenStore> {
  await Promise.resolve();
  throw new Error(`not yet: ${directory}`);
}
