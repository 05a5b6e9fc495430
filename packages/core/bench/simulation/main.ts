import process from 'node:process';
import { count, newCommand, runTool, valueOption } from '../../src/command-line/index.ts';
import { simulate } from '../../src/simulation/index.ts';
import { workloads } from './workloads.ts';

const command = newCommand(
  'pnpm --filter @firedrill/core bench:simulation',
  'Counts the timers that the virtual clock fires in a second, for several kinds of work.',
)
  .addOption(
    valueOption(
      '--timers <n>',
      'of each kind (default: 200000)',
      count(100, 100_000_000, '200000'),
    ),
  )
  .addOption(
    valueOption(
      '--rounds <n>',
      'runs of each; figures are medians (default: 5)',
      count(1, 1_000, '5'),
    ),
  )
  .option('--json', 'one JSON document on stdout')
  .addHelpText(
    'after',
    '\nA busy machine inflates the wall time, and hardly the CPU seconds of the process.',
  );

const defaults = { timers: 200_000, rounds: 5, json: false };

interface Measurement {
  readonly wallMs: number;
  readonly cpuMs: number;
}

await runTool(command, { defaults }, async ({ timers, rounds, json }) => {
  if (!json) {
    console.log(`${timers} timers, Node ${process.versions.node}, median of ${rounds}`);
  }
  const rows: object[] = [];
  for (const { title, run } of workloads) {
    const work = (): Promise<Measurement> => measure(() => run(timers));
    await work();
    const measured: Measurement[] = [];
    for (let round = 0; round < rounds; round += 1) measured.push(await work());
    const perSecond = timersPerSecond(timers, measured, ({ wallMs }) => wallMs);
    const perCpuSecond = timersPerSecond(timers, measured, ({ cpuMs }) => cpuMs);
    rows.push({ title, perSecond, perCpuSecond });
    if (json) continue;
    console.log(`${title.padEnd(44)} ${shown(perSecond)}/s  ${shown(perCpuSecond)} per CPU second`);
  }
  if (json) console.log(JSON.stringify({ node: process.version, timers, rounds, rows }));
});

async function measure(run: () => Promise<void>): Promise<Measurement> {
  const cpuBefore = process.cpuUsage();
  const wallBefore = performance.now();
  await simulate({ seed: 1, start: 0 }, run);
  const { user, system } = process.cpuUsage(cpuBefore);
  return { wallMs: performance.now() - wallBefore, cpuMs: (user + system) / 1_000 };
}

function timersPerSecond(
  timers: number,
  measured: readonly Measurement[],
  msOf: (measurement: Measurement) => number,
): number {
  const sorted = measured.map(msOf).toSorted((a, b) => a - b);
  return Math.round((1_000 * timers) / (sorted[Math.floor(sorted.length / 2)] ?? NaN));
}

function shown(perSecond: number): string {
  return perSecond.toLocaleString('en-US').padStart(11);
}
