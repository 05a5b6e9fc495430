import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { extname } from 'node:path';
import { parseArgs } from 'node:util';
import { createRandom } from '../src/simulation/index.ts';
import { arrivals, diurnalLoad, scaleLoad, sequence, spikeLoad } from '../src/workload/index.ts';

/*
 * Writes an example trace for `capacity --trace`: independent requests over a swell and then a spike,
 * with log-normal durations (median 18 ms, 99th percentile 120 ms) and a path each. The same options
 * write the same file.
 *
 *   node packages/core/scripts/capacity-trace.ts --out access.csv --rows 1000000
 */
const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'access.csv' },
    rows: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
  },
});
const rows = Number(values.rows);
if (!(Number.isSafeInteger(rows) && rows >= 2)) {
  throw new RangeError(`--rows=${values.rows} is no whole number of at least 2`);
}
const isCsv = extname(values.out) === '.csv';

/** The recording lasts four minutes, whatever the number of rows. */
const base = rows / 240;
const swell = diurnalLoad({
  meanPerSecond: base,
  amplitude: 0.5,
  periodMs: 120_000,
  durationMs: 120_000,
});
const spike = spikeLoad({
  basePerSecond: base / 2,
  peakPerSecond: 3 * base,
  durationMs: 120_000,
  spikeFromMs: 50_000,
  spikeToMs: 70_000,
  rampMs: 5_000,
});
// A few more than wanted, of which the last are left out.
const profile = scaleLoad(sequence([swell, spike]), 1.1);

const seed = Number(values.seed);
const random = createRandom(seed, 'arrivals');
const durations = createRandom(seed, 'durations');
const paths = ['/api/orders', '/api/orders/{id}', '/api/search', '/api/cart'];

const out = createWriteStream(values.out);
if (isCsv) out.write('at,durationMs,path\n');
const startMs = Date.UTC(2026, 10, 27, 14);
let written = 0;
let block = '';
for (const { atMs } of arrivals(profile, { process: 'poisson', random })) {
  if (written === rows) break;
  const at = new Date(startMs + atMs).toISOString();
  const durationMs = Math.round(durations.logNormal({ p50: 18, p99: 120 }) * 1_000) / 1_000;
  const path = durations.pick(paths);
  block += isCsv
    ? `${at},${durationMs},${path}\n`
    : `${JSON.stringify({ at, durationMs, path })}\n`;
  written += 1;
  if (block.length < 1 << 16) continue;
  if (!out.write(block)) await once(out, 'drain');
  block = '';
}
out.end(block);
await once(out, 'finish');
console.log(`${values.out}: ${written} rows`);
