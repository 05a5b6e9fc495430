import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root folder of the repository. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Names of the examples, in the order of their folders. */
export function exampleNames(): readonly string[] {
  const folder = join(root, 'examples');
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'package.json')))
    .toSorted();
}

/** What `--scenario` takes; undefined is the whole story. */
export const scenarios = ['failure', 'recovery', 'scale', undefined] as const;
export type Scenario = (typeof scenarios)[number];
