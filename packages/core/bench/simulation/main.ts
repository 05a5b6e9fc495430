import process from 'node:process';

import { simulate } from '../../src/simulation/index.ts';
import { workloads } from './workloads.ts';

/**
 * Timers per second of the virtual clock: `node bench/simulation/main.ts [timers]`. Each line is the
 * median of five runs, and says how many of the process's CPU seconds went in, which a busy machine
 * does not inflate as it does the wall time.
 */
const timers = Number(process.argv[2] ?? 200_000);
const rounds = 5;

interface Measurement {
  readonly wallMs: number;
  readonly cpuMs: number;
}

async function measure(run: (timers: number) => Promise<void>): Promise<Measurement> {
  const cpuBefore = process.cpuUsage();
  const wallBefore = performance.now();
  await simulate({ seed: 1, start: 0 }, () => run(timers));
  const { user, system } = process.cpuUsage(cpuBefore);
  return { wallMs: performance.now() - wallBefore, cpuMs: (user + system) / 1000 };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function perSecond(ms: number): string {
  return Math.round((timers / ms) * 1000).toLocaleString('en-US');
}

console.log(`${timers} timers, node ${process.version}, median of ${rounds}`);
for (const { title, run } of workloads) {
  await measure(run);
  const measured: Measurement[] = [];
  for (let round = 0; round < rounds; round += 1) measured.push(await measure(run));
  const wall = perSecond(median(measured.map(({ wallMs }) => wallMs)));
  const cpu = perSecond(median(measured.map(({ cpuMs }) => cpuMs)));
  console.log(`${title.padEnd(44)} ${wall.padStart(11)}/s  ${cpu.padStart(11)} per CPU second`);
}
