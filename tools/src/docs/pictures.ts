import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runSvg } from '@firedrill/core/report';
import { runCommand } from '../run-command.ts';
import { twoAtATime } from '../two-at-a-time.ts';
import type { Runs } from './runs.ts';

/** Where the picture begins and ends: the timeline of the incident, without the tables. */
const firstLine = '── Phase 1';
const lastLine = 'What was measured';

/** The chart that tells the incident of an example: its README shows it for both systems. */
const telling: Readonly<Record<string, string>> = {
  'audit-compliance': 'latency',
  'collaboration-platform': 'latency',
  'gaming-platform': 'tick',
  'inventory-management': 'latency',
  'payment-processing': 'latency',
};

interface Picture {
  /** From the root of the repository. */
  readonly path: string;
  readonly content: string;
}

/**
 * The picture of the README: the timeline of the failure run, as a terminal shows it. And a chart for the
 * README of each example, of the broken and the repaired system in the same storm.
 */
export async function drawPictures(runs: Runs): Promise<readonly Picture[]> {
  const records = await runs.records('payment-processing', 'failure');
  const timeline = runSvg(records, { from: firstLine, to: lastLine });
  const charts = await Promise.all(
    Object.entries(telling).map(async ([example, chart]) => ({
      path: `docs/assets/${example}.svg`,
      content: await drawChart(await runs.lines(example, 'recovery'), chart),
    })),
  );
  return [{ path: 'docs/assets/payment-failure.svg', content: timeline }, ...charts];
}

/** As `pnpm run view` draws it. */
async function drawChart(lines: string, chart: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'docs-chart-'));
  try {
    const file = join(folder, 'run.ndjson');
    await writeFile(file, lines);
    const view = ['packages/core/src/view-cli/main.ts', file, `--chart=${chart}`, '--to=svg'];
    const { code, stdout, stderr } = await twoAtATime(() => runCommand(process.execPath, view));
    if (code !== 0) throw new Error(`Failed to draw the chart ${chart}: ${stderr}`);
    return stdout;
  } finally {
    await rm(folder, { recursive: true });
  }
}
