import { readFile } from 'node:fs/promises';
import { exitCodes } from '@firedrill/core/command-line';
import { readRecord } from '@firedrill/core/report';
import type { RunRecord } from '@firedrill/core/scenario';
import { recordPath } from '../record-folder.ts';
import { runCommand } from '../run-command.ts';
import { twoAtATime } from '../two-at-a-time.ts';

/** Seed of every run from which documentation is made. */
const seed = 1;

const start = (example: string, scenario: string, flags: readonly string[]): readonly string[] => [
  '-s',
  '--filter',
  example,
  'start',
  '--',
  ...(scenario === 'story' ? [] : [`--scenario=${scenario}`]),
  `--seed=${seed}`,
  ...flags,
];

/** @param mayBreak whether a run that comes out otherwise than its scenario declares is what is wanted */
async function run(
  example: string,
  scenario: string,
  flags: readonly string[],
  mayBreak = false,
): Promise<string> {
  const { code, stdout, stderr } = await twoAtATime(() =>
    runCommand('pnpm', start(example, scenario, flags)),
  );
  if (code === 0 || (mayBreak && code === exitCodes.checkFailed)) return stdout;
  throw new Error(`Failed to run ${example} ${scenario}: exit code ${code}.\n${stderr}`);
}

const parsed = (text: string): Promise<readonly RunRecord[]> =>
  Array.fromAsync(readRecord(text.trimEnd().split('\n')));

/**
 * Runs of the examples, each made once.
 *
 * @param folder where `pnpm scenarios --records` has kept records; without it every run is made anew
 */
export function createRuns(folder?: string) {
  const lines = new Map<string, Promise<string>>();
  const records = new Map<string, Promise<readonly RunRecord[]>>();
  const texts = new Map<string, Promise<string>>();

  function linesOf(example: string, scenario: string): Promise<string> {
    const key = `${example} ${scenario}`;
    const made =
      lines.get(key) ??
      (folder === undefined
        ? run(example, scenario, ['--json'])
        : readFile(recordPath(folder, example, scenario), 'utf8'));
    lines.set(key, made);
    return made;
  }

  return {
    /** The record of a run as it was written, line by line. */
    lines: linesOf,
    /** The record of a run. */
    records(example: string, scenario: string): Promise<readonly RunRecord[]> {
      const key = `${example} ${scenario}`;
      const made = records.get(key) ?? linesOf(example, scenario).then(parsed);
      records.set(key, made);
      return made;
    },
    /** The record of the recovery run with one flag more, e.g. `--set=webhookTimeoutMs=60000`. */
    async changed(example: string, flag: string): Promise<readonly RunRecord[]> {
      return parsed(await run(example, 'recovery', ['--json', '--no-proof', flag], true));
    },
    /** What a run prints into a pipe. */
    text(example: string, scenario: string): Promise<string> {
      const key = `${example} ${scenario}`;
      const made = texts.get(key) ?? run(example, scenario, []);
      texts.set(key, made);
      return made;
    },
  };
}

export type Runs = ReturnType<typeof createRuns>;
