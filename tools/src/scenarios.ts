import { styleText } from 'node:util';
import { exitCodes, newCommand, runTool } from '@firedrill/core/command-line';
import { makeRecordFolder, recordPath } from './record-folder.ts';
import { runCommand } from './run-command.ts';
import { twoAtATime } from './two-at-a-time.ts';
import { draftNames, exampleNames, type Scenario, scenarios } from './workspace.ts';

const command = newCommand(
  'pnpm scenarios',
  'Runs every scenario of every example through a pipe, as somebody would who collects the output, ' +
    'two at a time, and shows exit code, wall time and the time to the first output. Exits 1 when ' +
    'one of them fails.',
).option('--records <folder>', 'keep the record of each run there, for `pnpm run docs --records`');

interface Flags {
  readonly records?: string;
}

const defaults: Flags = {};

await runTool(command, { defaults }, async ({ records }) => {
  const folder = records === undefined ? undefined : makeRecordFolder(records);
  const runs = exampleNames().flatMap((example) =>
    scenarios.map((scenario) => twoAtATime(() => run(example, scenario, folder))),
  );
  const passed = await Promise.all(runs);
  for (const name of draftNames()) console.log(`not run: ${name} is a draft`);
  return passed.every(Boolean) ? exitCodes.asExpected : exitCodes.checkFailed;
});

/** @returns whether it came out as it should. */
async function run(
  example: string,
  scenario: Scenario,
  folder: string | undefined,
): Promise<boolean> {
  const flags = scenario === undefined ? [] : [`--scenario=${scenario}`];
  if (folder !== undefined)
    flags.push(`--report=${recordPath(folder, example, scenario ?? 'story')}`);
  const args = ['-s', '--filter', example, 'start', '--', ...flags];
  const { code, stdout, stderr, wallMs, firstOutputMs } = await runCommand('pnpm', args);
  const mark = code === 0 ? styleText('green', 'ok  ') : styleText('red', 'FAIL');
  const name = `${example} ${scenario ?? 'story'}`.padEnd(36);
  const seconds = `${(wallMs / 1_000).toFixed(1)} s`.padStart(7);
  const first = `first output ${(firstOutputMs / 1_000).toFixed(2)} s`;
  console.log(`${mark} ${name} exit ${code} ${seconds}  ${first}`);
  console.log(`     ${stderr.trim().split('\n').at(-1) ?? ''}`);
  if (code !== 0) console.log(stdout, stderr);
  return code === 0;
}
