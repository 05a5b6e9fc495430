import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root folder of the repository. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

const examples = join(root, 'examples');

const folders = readdirSync(examples)
  .filter((name) => existsSync(join(examples, name, 'package.json')))
  .toSorted();

/** Names of the examples, in the order of their folders. */
export const exampleNames = (): readonly string[] => folders.filter((name) => !isDraft(name));

/** Examples that are under way: their package says `"draft": true`, and they are not yet run by CI. */
export const draftNames = (): readonly string[] => folders.filter(isDraft);

function isDraft(name: string): boolean {
  const manifest: unknown = JSON.parse(readFileSync(join(examples, name, 'package.json'), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'draft' in manifest;
}

/** What `--scenario` takes; undefined is the whole story. */
export const scenarios = ['failure', 'recovery', 'scale', undefined] as const;
export type Scenario = (typeof scenarios)[number];
