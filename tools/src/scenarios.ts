import { styleText } from 'node:util';
import { runCommand } from './run-command.ts';
import { draftNames, exampleNames, scenarios } from './workspace.ts';

/**
 * Runs every scenario of every example through a pipe, as somebody would who collects the output, and
 * shows exit code, wall time and the time to the first output. Exits 1 when one of them fails.
 */
let failures = 0;
for (const example of exampleNames()) {
  for (const scenario of scenarios) {
    const flags = scenario === undefined ? [] : [`--scenario=${scenario}`];
    const args = ['-s', '--filter', example, 'start', '--', ...flags];
    const { code, stdout, stderr, wallMs, firstOutputMs } = await runCommand('pnpm', args);
    const mark = code === 0 ? styleText('green', 'ok  ') : styleText('red', 'FAIL');
    const name = `${example} ${scenario ?? 'story'}`.padEnd(36);
    const seconds = `${(wallMs / 1_000).toFixed(1)} s`.padStart(7);
    const first = `first output ${(firstOutputMs / 1_000).toFixed(2)} s`;
    console.log(`${mark} ${name} exit ${code} ${seconds}  ${first}`);
    console.log(`     ${stderr.trim().split('\n').at(-1) ?? ''}`);
    if (code !== 0) {
      failures += 1;
      console.log(stdout, stderr);
    }
  }
}
for (const name of draftNames()) console.log(`not run: ${name} is a draft`);
process.exitCode = failures === 0 ? 0 : 1;
