import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createRandom } from '../simulation/index.ts';
import { replyTo } from './run.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trace-plans-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Four hundred independent requests of 25 ms, some 80 a second. */
const random = createRandom(4, 'requests');
let at = 0;
const rows = Array.from({ length: 400 }, () => {
  at += random.exponential(12);
  return [Number(at.toFixed(3)), Number(random.exponential(25).toFixed(3))] as const;
});
const day = Date.UTC(2026, 10, 27, 14);
const byEnd = rows.toSorted(([a, b], [c, d]) => a + b - c - d);
const lines = (write: (at: number, ms: number) => string, header?: string): string =>
  [...(header === undefined ? [] : [header]), ...rows.map(([when, ms]) => write(when, ms))].join(
    '\n',
  );

async function recommended(name: string, text: string | Uint8Array, ...flags: string[]) {
  const path = join(folder, name);
  await writeFile(path, text);
  const { stdout, stderr } = await replyTo(['--trace', path, '--json', ...flags]);
  if (stdout === '') throw new Error(stderr);
  const { pools, chosen } = z
    .object({
      chosen: z.string(),
      pools: z.array(z.object({ id: z.string(), workers: z.number(), queueSize: z.number() })),
    })
    .parse(JSON.parse(stdout));
  const pool = pools.find(({ id }) => id === chosen);
  return `${pool?.workers} workers, queue ${pool?.queueSize}`;
}

const table = lines((when, ms) => `${when},${ms}`, 'atMs,durationMs');

describe('the same recording gives the same plan, in whatever format it comes', () => {
  test.each<[string, string | Uint8Array, ...string[]]>([
    ['plain.csv.gz', gzipSync(table)],
    [
      'seconds.csv',
      lines((when, ms) => `${(day + when) / 1e3},${ms / 1e3}`, 'timestamp,duration'),
      '--duration-unit=s',
    ],
    [
      'micros.csv',
      lines((when, ms) => `${(day + when) * 1e3},${ms}`, 'timestamp,duration'),
      '--duration-unit=ms',
    ],
    ['excel.csv', lines((when, ms) => `${when};${ms}`.replaceAll('.', ','), 'atMs;durationMs')],
    [
      'spans.ndjson',
      lines((when, ms) =>
        JSON.stringify({
          startTimeUnixNano: `${Math.round((day + when) * 1e3)}000`,
          durationNano: ms * 1e6,
        }),
      ),
    ],
    [
      'nginx.log',
      byEnd
        .map(([when, ms]) =>
          JSON.stringify({
            msec: ((day + when + ms) / 1e3).toFixed(3),
            request_time: (ms / 1e3).toFixed(3),
          }),
        )
        .join('\n'),
    ],
    [
      'alb.log',
      byEnd
        .map(
          ([when, ms]) =>
            `h2 ${new Date(day + when + ms).toISOString()} app/lb 10.0.0.1:4 10.0.0.2:80 0.000 ${(ms / 1e3).toFixed(3)} 0.000 200 200 5 7 "GET https://x:443/ HTTP/2.0" "curl"`,
        )
        .join('\n'),
    ],
    [
      'k6.csv',
      lines(
        (when, ms) => `http_req_duration,${Math.floor((day + when) / 1e3)},${ms}`,
        'metric_name,timestamp,metric_value',
      ),
    ],
  ])('%s', async (name, text, ...flags) => {
    expect(await recommended(name, text, ...flags)).toBe(await recommended('plain.csv', table));
  });
});

test('a log that knows whole seconds only is planned by its figures, and not by a replay', async () => {
  const path = join(folder, 'coarse.csv');
  await writeFile(
    path,
    lines(
      (when, ms) => `http_req_duration,${Math.floor((day + when) / 1e3)},${ms}`,
      'metric_name,timestamp,metric_value',
    ),
  );
  const { stdout } = await replyTo(['--trace', path]);
  expect(stdout).toContain('(meets the targets)');
  expect(stdout).toContain('Its times are whole seconds');
  expect(stdout).not.toContain('of the recording');
});

test('calibrate reads through the same reader', async () => {
  const path = join(folder, 'unit.csv');
  await writeFile(path, 'timestamp,duration\n1764252000,0.02\n1764252001,0.08\n');
  expect((await replyTo(['calibrate', '--trace', path])).stderr).toContain('--duration-unit=s');
  const { stdout } = await replyTo(['calibrate', '--trace', path, '--duration-unit=s', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({
    service: { meanMs: 50 },
    arrivals: { ratePerSecond: 1 },
  });
});
