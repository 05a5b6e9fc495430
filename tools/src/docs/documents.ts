import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../workspace.ts';

const patterns = [
  '*.md',
  'docs/**/*.md',
  'examples/*/*.md',
  'packages/*/**/*.md',
  'recipes/*/*.md',
];

/** The texts of all documents by their paths from the root, in the order of the alphabet. */
export function readDocuments(): ReadonlyMap<string, string> {
  const paths = globSync(patterns, {
    cwd: root,
    exclude: (name) => name.includes('node_modules'),
  });
  return new Map(
    paths.toSorted().map((path) => [path, readFileSync(join(root, path), 'utf8')] as const),
  );
}
