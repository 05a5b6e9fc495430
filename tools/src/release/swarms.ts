import { join } from 'node:path';
import process from 'node:process';
import { run } from '../pack/shell.ts';
import { exampleNames, root } from '../workspace.ts';

export interface Swarmed {
  /** What each swarm has printed, under the command that prints it again. */
  readonly text: string;
  /** Examples in which something broke. */
  readonly broken: readonly string[];
}

/** Lets random storms loose on the repaired system of every example, of this very version. */
export async function runSwarms(seeds: number): Promise<Swarmed> {
  const told: string[] = [];
  const broken: string[] = [];
  const program = join(root, 'packages/core/src/swarm-cli/main.ts');
  for (const example of exampleNames()) {
    const flags = [example, `--seeds=${seeds}`, '--no-keep'];
    const { code, text } = await run(process.execPath, [program, ...flags], root);
    if (code !== 0) broken.push(example);
    told.push([`$ pnpm swarm ${flags.join(' ')}`, linesToTell(text)].join('\n'));
  }
  return { text: ['```text', told.join('\n\n'), '```'].join('\n'), broken };
}

/** Without the lines that tell how far it is. */
export function linesToTell(text: string): string {
  return text
    .split('\n')
    .filter((line) => line !== '' && !/ of [\d,]+ storms, /.test(line))
    .join('\n');
}
