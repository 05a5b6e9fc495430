import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { extname } from 'node:path';
import {
  count,
  newCommand,
  positive,
  runTool,
  seed as asSeed,
  UsageError,
  valueOption,
} from '../src/command-line/index.ts';
import { createRandom } from '../src/simulation/index.ts';
import {
  arrivals,
  diurnalLoad,
  type LoadProfile,
  scaleLoad,
  sequence,
  spikeLoad,
} from '../src/workload/index.ts';

/*
 * Writes an example trace for `capacity --trace`. The same options write the same file, to the byte.
 *
 *   node packages/core/scripts/capacity-trace.ts --out=access.csv --rows=1000000
 */
const command = newCommand(
  'node packages/core/scripts/capacity-trace.ts',
  'Writes an example trace: independent requests over a swell and then a spike, in four minutes.',
)
  .addOption(valueOption('--out <file>', 'a .csv or .ndjson file (default: access.csv)'))
  .addOption(valueOption('--rows <n>', 'requests (default: 20000)', count(2, 10_000_000, '20000')))
  .addOption(valueOption('--p50-ms <ms>', 'median duration (default: 18)', positive('18')))
  .addOption(valueOption('--p99-ms <ms>', 'its 99th percentile (default: 120)', positive('120')))
  .addOption(valueOption('--seed <n>', 'seed (default: 1)', asSeed));

interface Flags {
  readonly out: string;
  readonly rows: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly seed: number;
}

const startMs = Date.UTC(2026, 10, 27, 14);
const routes = ['/api/orders', '/api/orders/{id}', '/api/search', '/api/cart'];

const defaults: Flags = { out: 'access.csv', rows: 20_000, p50Ms: 18, p99Ms: 120, seed: 1 };

function check(flags: Flags): void {
  if (!['.csv', '.ndjson'].includes(extname(flags.out))) {
    throw new UsageError({
      given: `--out=${flags.out}`,
      cause: 'its extension is none of .csv and .ndjson',
      remedy: 'Write --out=access.csv, for instance.',
    });
  }
  if (flags.p99Ms > flags.p50Ms) return;
  throw new UsageError({
    given: `--p99-ms=${flags.p99Ms}`,
    cause: `the median is ${flags.p50Ms} ms`,
    remedy: 'Use a larger 99th percentile.',
  });
}

async function writeTrace({ out: path, rows, p50Ms, p99Ms, seed }: Flags): Promise<number> {
  const isCsv = extname(path) === '.csv';
  const random = createRandom(seed, 'arrivals');
  const durations = createRandom(seed, 'durations');
  const out = createWriteStream(path);
  if (isCsv) out.write('at,durationMs,path\n');
  let written = 0;
  let block = '';
  for (const { atMs } of arrivals(profileOf(rows), { process: 'poisson', random })) {
    if (written === rows) break;
    const at = new Date(startMs + atMs).toISOString();
    const durationMs = Math.round(durations.logNormal({ p50: p50Ms, p99: p99Ms }) * 1_000) / 1_000;
    const route = durations.pick(routes);
    block += isCsv
      ? `${at},${durationMs},${route}\n`
      : `${JSON.stringify({ at, durationMs, path: route })}\n`;
    written += 1;
    if (block.length < 1 << 16) continue;
    if (!out.write(block)) await once(out, 'drain');
    block = '';
  }
  out.end(block);
  await once(out, 'finish');
  return written;
}

/** A swell and then a spike, in four minutes whatever the number of requests. */
function profileOf(rows: number): LoadProfile {
  const base = rows / 240;
  const durationMs = 120_000;
  const swell = diurnalLoad({
    meanPerSecond: base,
    amplitude: 0.5,
    periodMs: durationMs,
    durationMs,
  });
  const spike = spikeLoad({
    basePerSecond: base / 2,
    peakPerSecond: 3 * base,
    durationMs,
    spikeFromMs: 50_000,
    spikeToMs: 70_000,
    rampMs: 5_000,
  });
  // More than wanted, for chance not to make them too few; the last are left out.
  return scaleLoad(sequence([swell, spike]), 1 + 6 / Math.sqrt(rows));
}

await runTool(command, { defaults }, async (flags) => {
  check(flags);
  try {
    console.log(`${flags.out}: ${await writeTrace(flags)} rows`);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      { given: `--out=${flags.out}`, cause, remedy: 'Choose a file that can be written.' },
      { cause: error },
    );
  }
});
