import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../workspace.ts';
import { runWell } from './shell.ts';

/** Paths of what would be published. */
export interface Tarballs {
  readonly core: string;
  readonly hooks: string;
  readonly create: string;
}

/** Builds and packs all that is published. */
export async function packAll(folder: string): Promise<Tarballs> {
  // In this order: the hooks are taken from the build of core.
  for (const name of ['core', 'hooks', 'create-firedrill']) {
    await runWell('pnpm', ['pack', '--pack-destination', folder], join(root, 'packages', name));
  }
  const find = (start: string): string => {
    const file = readdirSync(folder).find((name) => name.startsWith(start));
    if (file === undefined) throw new Error(`Failed to pack: there is no ${start}*.tgz.`);
    return join(folder, file);
  };
  return {
    core: find('firedrill-core-'),
    hooks: find('firedrill-hooks-'),
    create: find('create-firedrill-'),
  };
}
