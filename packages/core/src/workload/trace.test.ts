import { describe, expect, it } from 'vitest';

import { readTrace, type Trace, TraceError, traceArrivals, traceProfile } from './index.ts';

async function* once(text: string): AsyncGenerator<string> {
  yield text;
}

const read = (text: string): Promise<Trace> => readTrace('load.txt', { text: once(text) });

async function refusal(text: string): Promise<TraceError> {
  const outcome = await read(text).catch((error: unknown) => error);
  if (outcome instanceof TraceError) return outcome;
  throw new Error(`${text} was not refused with a TraceError`);
}

describe('readTrace', () => {
  it('reads JSON Lines with atMs, and keeps the other fields as text', async () => {
    const text =
      '{"atMs":0,"merchant":"m-1","amount":12.5,"vip":true,"note":null}\n\n{"atMs":1.25}\r\n';
    expect(await read(text)).toEqual({
      file: 'load.txt',
      arrivals: [
        { line: 1, atMs: 0, fields: { merchant: 'm-1', amount: '12.5', vip: 'true' } },
        { line: 3, atMs: 1.25 },
      ],
    });
  });

  it('reads a table with ISO times, counted from the first row', async () => {
    const { arrivals } = await read(
      '\uFEFFat,merchant\n2026-11-27T14:00:00Z,m-1\n2026-11-27T15:00:00.250+01:00,"m, 2"\n',
    );
    expect(arrivals).toEqual([
      { line: 2, atMs: 0, fields: { merchant: 'm-1' } },
      { line: 3, atMs: 250, fields: { merchant: 'm, 2' } },
    ]);
  });

  it('counts from the first row when the times are those of our days', async () => {
    const { arrivals } = await read('atMs\n1764252000000\n1764252000100\n');
    expect(arrivals.map(({ atMs }) => atMs)).toEqual([0, 100]);
    expect((await read('at\n2026-11-27T14:00:00+0100\n')).arrivals).toHaveLength(1);
  });

  it('plays the file from which a pool is planned: durations are no fields, in whatever unit', async () => {
    for (const column of ['durationMs', 'duration']) {
      const { arrivals } = await read(`atMs,${column}\n0,1\n100,1\n`);
      expect(arrivals).toEqual([
        { line: 2, atMs: 0 },
        { line: 3, atMs: 100 },
      ]);
    }
  });

  it('plays the logs of tools, of which other fields mean nothing here', async () => {
    const { arrivals } = await read(
      '{"msec":"1764252000.5","request":"GET /","request_time":"0.250"}\n' +
        '{"msec":"1764252000.6","request":"GET /","request_time":"0.400"}\n',
    );
    // The second began first.
    expect(arrivals.map(({ line }) => line)).toEqual([2, 1]);
    expect(arrivals[1]?.atMs).toBeCloseTo(50, 3);
  });

  it('accepts arrivals at the same moment', async () => {
    expect((await read('atMs\n5\n5\n')).arrivals).toHaveLength(2);
  });

  it.each([
    ['{"atMs":0,"at":"2026-11-27T14:00:00Z"}\n', 1, 'atMs', 'Keep one of them'],
    ['{"atMs":-4}\n', 1, 'atMs', '-4'],
    ['{"atMs":0}\n{"m":"x"}\n', 2, 'atMs', 'missing'],
    ['atMs,m\n0,a\nsoon,b\n', 3, 'atMs', '"soon"'],
    ['at\n1970-01-01T00:00:00Z\n2026-11-27T14:00:00Z\n', 3, 'at', '57 years'],
    ['time\n0.5\n', 2, 'time', 'Say it: call the column atMs, atS'],
    ['{"atMs":0,"card":{"n":1}}\n', 1, 'card', 'neither text'],
    ['atMs,m\n1,a\n2\n', 3, undefined, 'it has 1 values'],
  ])('refuses %j and names the place', async (text, line, field, found) => {
    const error = await refusal(text);
    expect(error).toMatchObject({ code: 'TRACE_INVALID', line, field });
    expect(error.message).toContain(found);
    // These flags are of another command.
    expect(error.message).not.toContain('--');
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

  it('costs no more when it pauses for a year', () => {
    const paused = { file: 'a.csv', arrivals: [0, 5e12].map((atMs, line) => ({ line, atMs })) };
    const profile = traceProfile(paused);
    expect(profile.durationMs).toBe(5e12 + 1_000);
    expect([0, 1_000, 5e12].map((time) => profile.ratePerSecond(time))).toEqual([1, 0, 1]);
  });

  it('refuses a speed of 0', () => {
    expect(() => traceArrivals(trace, { speed: 0 })).toThrow(/speed .* got 0/);
    expect(() => traceProfile(trace, { speed: NaN })).toThrow(RangeError);
  });
});
