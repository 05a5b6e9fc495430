import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readTrace, TraceError, traceArrivals, traceProfile } from './index.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trace-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function write(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

async function refusal(file: string): Promise<TraceError> {
  const outcome = await readTrace(file).catch((error: unknown) => error);
  if (outcome instanceof TraceError) return outcome;
  throw new Error(`${file} was not refused with a TraceError`);
}

describe('readTrace', () => {
  it('reads NDJSON with atMs, and keeps the other fields as text', async () => {
    const file = await write(
      'good.ndjson',
      '{"atMs":0,"merchant":"m-1","amount":12.5,"vip":true,"note":null}\n\n{"atMs":1.25}\r\n',
    );
    expect(await readTrace(file)).toEqual({
      file,
      arrivals: [
        { line: 1, atMs: 0, fields: { merchant: 'm-1', amount: '12.5', vip: 'true' } },
        { line: 3, atMs: 1.25 },
      ],
    });
  });

  it('reads CSV with ISO times, counted from the first row', async () => {
    const file = await write(
      'good.csv',
      '\uFEFFat,merchant\n2026-11-27T14:00:00Z,m-1\n2026-11-27T15:00:00.250+01:00,"m, 2"\n',
    );
    const { arrivals } = await readTrace(file);
    expect(arrivals).toEqual([
      { line: 2, atMs: 0, fields: { merchant: 'm-1' } },
      { line: 3, atMs: 250, fields: { merchant: 'm, 2' } },
    ]);
  });

  it('accepts arrivals at the same moment', async () => {
    const file = await write('same.csv', 'atMs\n5\n5\n');
    expect((await readTrace(file)).arrivals).toHaveLength(2);
  });

  it.each([
    ['empty.ndjson', '', undefined, undefined, 'no rows'],
    ['header-only.csv', 'atMs,merchant\n', undefined, undefined, 'no rows'],
    ['trace.txt', 'atMs\n1\n', undefined, undefined, '".txt"'],
    ['broken.ndjson', '{"atMs":0}\n{"atMs":\n', 2, undefined, 'broken JSON'],
    ['array.ndjson', '[1]\n', 1, undefined, 'no JSON object'],
    ['column.csv', 'time\n1\n', 2, 'atMs', 'missing'],
    ['both.ndjson', '{"atMs":0,"at":"2026-11-27T14:00:00Z"}\n', 1, 'atMs', 'both'],
    ['word.csv', 'atMs,m\n0,a\nsoon,b\n', 3, 'atMs', '"soon"'],
    ['negative.ndjson', '{"atMs":-4}\n', 1, 'atMs', '-4'],
    ['null.ndjson', '{"atMs":0}\n{"atMs":null}\n', 2, 'atMs', 'missing'],
    ['gone.ndjson', '{"atMs":0}\n{"m":"x"}\n', 2, 'atMs', 'missing'],
    ['blank.csv', 'atMs,m\n1,a\n,b\n', 3, 'atMs', 'missing'],
    ['infinite.csv', 'atMs\nInfinity\n', 2, 'atMs', 'no number'],
    ['unsorted.csv', 'atMs\n10\n\n9\n', 4, 'atMs', 'before the row above'],
    ['zone.ndjson', '{"at":"2026-11-27T14:00:00"}\n', 1, 'at', 'time zone'],
    ['date.ndjson', '{"at":"2026-13-45T14:00:00Z"}\n', 1, 'at', '2026-13-45'],
    [
      'before.ndjson',
      '{"at":"2026-01-02T00:00Z"}\n{"at":"2026-01-01T00:00Z"}\n',
      2,
      'at',
      'before',
    ],
    ['nested.ndjson', '{"atMs":0,"card":{"n":1}}\n', 1, 'card', 'neither text'],
    ['ragged.csv', 'atMs,m\n1,a\n2\n', 3, undefined, 'Invalid Record Length'],
    ['quote.csv', 'atMs,m\n1,"a\n', 2, undefined, 'Quote'],
  ])('refuses %s and names the place', async (name, text, line, field, found) => {
    const error = await refusal(await write(name, text));
    expect(error).toMatchObject({ code: 'TRACE_INVALID', line, field });
    expect(error.message).toContain(name);
    expect(error.message).toContain(found);
    expect(error.message).toContain(line === undefined ? name : `${name}, line ${line}`);
    expect(error.message).toContain(field === undefined ? ': ' : `, field "${field}": `);
  });

  it('refuses a file that is not there, with the reason as its cause', async () => {
    const error = await refusal(join(folder, 'absent.csv'));
    expect(error.message).toMatch(/absent\.csv.*ENOENT.*Check the path\./);
    expect(error.cause).toMatchObject({ code: 'ENOENT' });
  });
});

describe('a trace that is played', () => {
  const trace = {
    file: 'a.csv',
    arrivals: [
      { line: 2, atMs: 0 },
      { line: 3, atMs: 900, fields: { m: '1' } },
      { line: 4, atMs: 3000 },
    ],
  };

  it('has the recorded times and fields', () => {
    expect([...traceArrivals(trace)]).toEqual([
      { index: 0, atMs: 0 },
      { index: 1, atMs: 900, fields: { m: '1' } },
      { index: 2, atMs: 3000 },
    ]);
  });

  it('goes three times as fast at speed 3', () => {
    expect([...traceArrivals(trace, { speed: 3 })].map((arrival) => arrival.atMs)).toEqual([
      0, 300, 1000,
    ]);
  });

  it('has a profile that counts arrivals by the second', () => {
    const profile = traceProfile(trace);
    expect(profile.durationMs).toBe(4000);
    expect([0, 1000, 2999, 3999].map((time) => profile.ratePerSecond(time))).toEqual([2, 0, 0, 1]);
    expect(profile.maxRatePerSecond).toBe(2);
  });

  it('refuses a speed of 0', () => {
    expect(() => traceArrivals(trace, { speed: 0 })).toThrow(/speed .* got 0/);
    expect(() => traceProfile(trace, { speed: NaN })).toThrow(RangeError);
  });
});
