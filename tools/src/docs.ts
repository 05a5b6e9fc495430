import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ExitCode, exitCodes, newCommand, runTool } from '@firedrill/core/command-line';
import { fillBlocks, recipesOf, staleBlocksOf } from './docs/blocks.ts';
import { capacityRecipe } from './docs/capacity-recipes.ts';
import { checkCommands } from './docs/check-commands.ts';
import { compileBlocks } from './docs/compile-blocks.ts';
import { deadLinks } from './docs/dead-links.ts';
import { readDocstrings } from './docs/docstrings.ts';
import { readDocuments } from './docs/documents.ts';
import { bareNames, readRooms, untoldErrorsOf } from './docs/public-names.ts';
import { figuresOfDocuments } from './docs/figures-of-documents.ts';
import { drawPictures } from './docs/pictures.ts';
import { renderRecipe } from './docs/recipes.ts';
import { createRuns } from './docs/runs.ts';
import { findRecordFolder } from './record-folder.ts';
import { runCommand } from './run-command.ts';
import { root } from './workspace.ts';

const command = newCommand(
  'pnpm run docs',
  'Writes what documentation takes from runs: tables and output in Markdown files, the picture in ' +
    'the README, the JSON Schema of the record.',
)
  .option('--check', 'write nothing, and exit 1 when anything is stale')
  .option(
    '--records <folder>',
    'take the runs of the examples from `pnpm scenarios --records`, instead of making them anew',
  );

interface Flags {
  readonly check: boolean;
  readonly records?: string;
}

const defaults: Flags = { check: false };

await runTool(command, { defaults }, ({ check, records }) =>
  writeDocs(check, records === undefined ? undefined : findRecordFolder(records)),
);

async function writeDocs(isCheck: boolean, folder: string | undefined): Promise<ExitCode> {
  const stale: string[] = [];
  const blocks: string[] = [];
  const put = (path: string, before: string | undefined, after: string): void => {
    if (before === after) return;
    stale.push(path);
    if (!isCheck) writeFileSync(join(root, path), after);
  };

  const runs = createRuns(folder);
  const texts = readDocuments();
  const runOf = (recipe: string): Promise<string> =>
    capacityRecipe(recipe) ?? renderRecipe(recipe, runs);
  const documents = await Promise.all(
    [...texts].map(async ([path, before]) => {
      const contents = await Promise.all(
        recipesOf(before).map(async (recipe) => [recipe, await runOf(recipe)] as const),
      );
      return { path, before, contents: new Map(contents) };
    }),
  );
  for (const { path, before, contents } of documents) {
    const contentOf = (recipe: string): string => contents.get(recipe) ?? '';
    put(path, before, fillBlocks(before, contentOf));
    for (const block of staleBlocksOf(before, contentOf)) blocks.push(`${path}:${block}`);
  }
  for (const { path, content } of await drawPictures(runs)) put(path, readIfThere(path), content);

  const faults = isCheck
    ? [...(await faultsOf(texts)), ...(await figuresOfDocuments(texts, runs))]
    : [];
  for (const fault of faults) console.log(fault);

  const schema = await runCommand('node', [
    'packages/core/scripts/record-schema.ts',
    ...(isCheck ? ['--check'] : []),
  ]);
  if (schema.code !== 0) stale.push(`docs/record: ${schema.stdout}${schema.stderr}`.trim());

  for (const path of stale) console.log(`${isCheck ? 'stale' : 'written'}: ${path}`);
  if (isCheck) for (const block of blocks) console.log(block);
  if (isCheck && stale.length > 0) {
    console.log('Run `pnpm run docs` and commit what it writes.');
    return exitCodes.checkFailed;
  }
  if (faults.length > 0) return exitCodes.checkFailed;
  console.log(`Documentation: ${texts.size} Markdown files are as their runs say.`);
  return exitCodes.asExpected;
}

/** What is wrong with the code, the commands and the links in the documents, and with public names. */
async function faultsOf(files: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const compiled = await compileBlocks(new Map([...files, ...readDocstrings()]));
  const checked = await checkCommands(files);
  const rooms = readRooms(join(root, 'packages/core'));
  console.log(
    `Code: ${compiled.blocks} blocks compiled, ${compiled.sketches} that leave something out are not. ` +
      `Commands: ${checked.commands} have a script, and flags that its help knows. ` +
      `Public names: ${rooms.flatMap(({ names }) => names).length}.`,
  );
  return [
    ...compiled.faults,
    ...checked.faults,
    ...deadLinks(files),
    ...bareNames(rooms),
    ...untoldErrorsOf(rooms),
  ];
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
}
