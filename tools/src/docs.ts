import { readFileSync, writeFileSync } from 'node:fs';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { fillBlocks, recipesOf } from './docs/blocks.ts';
import { capacityRecipe } from './docs/capacity-recipes.ts';
import { drawPictures } from './docs/pictures.ts';
import { renderRecipe } from './docs/recipes.ts';
import { createRuns } from './docs/runs.ts';
import { runCommand } from './run-command.ts';
import { root } from './workspace.ts';

/**
 * Writes what documentation takes from runs: tables and output in Markdown files, the picture in the
 * README, the JSON Schema of the record. With `--check` it writes nothing and exits 1 when anything
 * is stale.
 */
const isCheck = process.argv.includes('--check');
const stale: string[] = [];

function put(path: string, before: string | undefined, after: string): void {
  if (before === after) return;
  stale.push(path);
  if (!isCheck) writeFileSync(join(root, path), after);
}

const runs = createRuns();
const files = globSync(['*.md', 'docs/**/*.md', 'examples/*/*.md', 'packages/*/**/*.md'], {
  cwd: root,
  exclude: (name) => name.includes('node_modules'),
});
for (const path of files.toSorted()) {
  const before = readFileSync(join(root, path), 'utf8');
  const contents = new Map<string, string>();
  for (const recipe of recipesOf(before)) {
    contents.set(recipe, await (capacityRecipe(recipe) ?? renderRecipe(recipe, runs)));
  }
  put(
    path,
    before,
    fillBlocks(before, (recipe) => contents.get(recipe) ?? ''),
  );
}
for (const { path, content } of await drawPictures(runs)) put(path, readIfThere(path), content);

const schema = await runCommand('node', [
  'packages/core/scripts/record-schema.ts',
  ...(isCheck ? ['--check'] : []),
]);
if (schema.code !== 0) stale.push(`docs/record: ${schema.stdout}${schema.stderr}`.trim());

for (const path of stale) console.log(`${isCheck ? 'stale' : 'written'}: ${path}`);
if (isCheck && stale.length > 0) {
  console.log('Run `pnpm run docs` and commit what it writes.');
  process.exitCode = 1;
} else {
  console.log(`Documentation: ${files.length} Markdown files are as their runs say.`);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
}
