import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Findings, Goal } from './goal.ts';
import type { OnProgress } from '../progress.ts';

const execute = promisify(execFile);
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const extensions = ['csv', 'ndjson'] as const;

/** Prints the peak memory of the process in kB when it ends. */
const reportMemory =
  'data:text/javascript,process.on("exit",()=>process.stderr.write(String(process.resourceUsage().maxRSS)))';

/** `--trace` of so many rows, in a process of its own: its time and its peak memory. */
export async function checkLongTrace(
  rows: number,
  seed: number,
  onProgress: OnProgress,
): Promise<Findings> {
  const goals: Goal[] = [];
  const cases: object[] = [];
  for (const extension of extensions) {
    const { seconds, megabytes } = await planLongTrace(extension, rows, seed);
    cases.push({ extension, rows, seconds, megabytes });
    goals.push({
      what: `--trace of ${rows.toLocaleString('en-US')} rows (${extension})`,
      must: 'under 10 s, under 500 MB',
      measured: `${seconds.toFixed(1)} s, ${megabytes.toFixed(0)} MB`,
      isMet: seconds < 10 && megabytes < 500,
    });
    onProgress(cases.length, extensions.length);
  }
  return { goals, misses: [], cases };
}

async function planLongTrace(
  extension: string,
  rows: number,
  seed: number,
): Promise<{ readonly seconds: number; readonly megabytes: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'capacity-'));
  try {
    const file = join(folder, `trace.${extension}`);
    const script = here('../../scripts/capacity-trace.ts');
    await execute(process.execPath, [script, `--out=${file}`, `--rows=${rows}`, `--seed=${seed}`]);
    const main = here('../../src/capacity-cli/main.ts');
    const began = performance.now();
    const args = ['--import', reportMemory, main, '--trace', file, '--json'];
    const { stderr } = await execute(process.execPath, args);
    return { seconds: (performance.now() - began) / 1_000, megabytes: Number(stderr) / 1_000 };
  } finally {
    await rm(folder, { recursive: true });
  }
}
