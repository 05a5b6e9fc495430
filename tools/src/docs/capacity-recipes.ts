import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { twoAtATime } from '../two-at-a-time.ts';
import { root } from '../workspace.ts';

const execute = promisify(execFile);

/**
 * The recipes of the capacity documentation, each with the arguments of the command:
 *
 * - `capacity …`: the command and what it prints, as in a terminal;
 * - `capacity-table …`: only what it prints, which is Markdown;
 * - `capacity-trace …`: the first, beside the example trace access.csv.
 *
 * @returns undefined for a recipe of another name
 */
export function capacityRecipe(recipe: string): Promise<string> | undefined {
  const [name = '', ...args] = recipe.split(' ');
  if (name === 'capacity') return transcript(args);
  if (name === 'capacity-table') return outputOf(args, root);
  return name === 'capacity-trace' ? besideTrace(args) : undefined;
}

async function transcript(args: readonly string[], folder = root): Promise<string> {
  const output = await outputOf(args, folder);
  return `\`\`\`text\n$ pnpm capacity ${args.join(' ')}\n${output}\n\`\`\``;
}

async function besideTrace(args: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'capacity-docs-'));
  try {
    await run('packages/core/scripts/capacity-trace.ts', [`--out=${join(folder, 'access.csv')}`]);
    return await transcript(args, folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function outputOf(args: readonly string[], folder: string): Promise<string> {
  const stdout = await run('packages/core/src/capacity-cli/main.ts', args, folder);
  return stdout.trimEnd();
}

/** @param folder the one in which the user is taken to be */
async function run(script: string, args: readonly string[], folder = root): Promise<string> {
  const env = { ...process.env, INIT_CWD: folder };
  const { stdout } = await twoAtATime(() =>
    execute(process.execPath, [script, ...args], { cwd: root, env }),
  );
  return stdout;
}
