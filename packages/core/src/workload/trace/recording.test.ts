import { describe, expect, test } from 'vitest';
import { TraceError } from '../errors.ts';
import { readRecording, type Recording, type RecordingOptions } from './recording.ts';

/** The same four requests in every format: arrival and duration in ms. */
const rows = [
  [0, 47.004],
  [17.25, 7.5],
  [40, 1_500],
  [1_000.5, 0.25],
] as const;
const day = Date.UTC(2026, 10, 27, 14);

async function* pieces(text: string): AsyncGenerator<string> {
  // Short pieces, so that lines, quotes and brackets are cut in two.
  for (let at = 0; at < text.length; at += 7) yield text.slice(at, at + 7);
}

const read = (text: string, options: Partial<RecordingOptions> = {}): Promise<Recording> =>
  readRecording('load.txt', pieces(text), { needsDurations: true, hasFlags: true, ...options });

const table = (header: string, row: (at: number, duration: number) => string): string =>
  [header, ...rows.map(([at, duration]) => row(at, duration))].join('\n');

/** In tenths of a millisecond, which all of these formats keep. */
const tenths = (list: readonly (readonly number[])[]): number[][] =>
  list.map((row) => row.map((ms) => Math.round(ms * 10)));
const expected = tenths(rows);

async function found(text: string, options: Partial<RecordingOptions> = {}): Promise<number[][]> {
  const { atMs, durationMs = [] } = await read(text, options);
  const [origin = 0] = atMs;
  return tenths(Array.from(atMs, (at, index) => [at - origin, durationMs[index] ?? 0]));
}

const comma = (value: number): string => String(value).replace('.', ',');
const iso = (at: number): string => {
  const [seconds = ''] = new Date(day + at).toISOString().split('.');
  return `${seconds}.${(((day + at) % 1_000) + 1_000).toFixed(4).slice(1).replace('.', '')}`;
};
const spans = rows.map(([at, duration], index) => ({
  traceId: 't',
  spanId: `s${index}`,
  kind: 2,
  startTimeUnixNano: String(BigInt(day) * 1_000_000n + BigInt(at * 1e6)),
  endTimeUnixNano: String(BigInt(day) * 1_000_000n + BigInt((at + duration) * 1e6)),
}));
const inner = spans.map((span) => ({
  ...span,
  spanId: `${span.spanId}-1`,
  parentSpanId: span.spanId,
  kind: 3,
}));
const otlp = (list: readonly object[]): object => ({
  resourceSpans: [{ resource: {}, scopeSpans: [{ scope: {}, spans: list }] }],
});

describe('the same requests are read from', () => {
  test.each([
    ['a table', table('atMs,durationMs', (at, ms) => `${at},${ms}`)],
    [
      'one with a mark and other line ends',
      `\uFEFF${table('atMs,durationMs', (at, ms) => `${at},${ms}\r`)}`,
    ],
    [
      'one below a comment',
      `# exported yesterday\n${table('atMs,durationMs', (at, ms) => `${at},${ms}`)}`,
    ],
    [
      'one that says its separator',
      `sep=|\n${table('atMs|durationMs', (at, ms) => `${at}|${ms}`)}`,
    ],
    ['tabs', table('atMs\tdurationMs', (at, ms) => `${at}\t${ms}`)],
    [
      'semicolons and decimal commas',
      table('atMs;durationMs', (at, ms) => `${comma(at)};${comma(ms)}`),
    ],
    [
      'quoted decimal commas',
      table('atMs,durationMs', (at, ms) => `"${comma(at)}","${comma(ms)}"`),
    ],
    [
      'a table with another column, whose values have commas, quotes and line ends',
      table('atMs,path,durationMs', (at, ms) => `${at},"/a, ""b""\n/c",${ms}`),
    ],
    [
      'a table that a spreadsheet has widened',
      table('atMs,durationMs,,', (at, ms) => `${at},${ms},,`),
    ],
    [
      'tables put together, headers and all',
      table('atMs,durationMs', (at, ms) => `atMs,durationMs\n${at},${ms}`),
    ],
    ['names in another case', table('AT_MS,DURATIONMS', (at, ms) => `${at},${ms}`)],
    [
      'names with units between brackets',
      table('Time (us),Duration [s]', (at, ms) => `${at * 1e3},${ms / 1e3}`),
    ],
    ['seconds since 1970', table('timestamp,duration_ms', (at, ms) => `${(day + at) / 1e3},${ms}`)],
    ['milliseconds since 1970', table('atMs,durationMs', (at, ms) => `${day + at},${ms}`)],
    [
      'microseconds since 1970',
      table('timestamp,latency_us', (at, ms) => `${(day + at) * 1e3},${ms * 1e3}`),
    ],
    [
      'nanoseconds since 1970',
      table(
        'ts,durationNs',
        (at, ms) => `${BigInt(day) * 1_000_000n + BigInt(at * 1e6)},${ms * 1e6}`,
      ),
    ],
    ['durations with their units', table('atMs,took', (at, ms) => `${at},${ms / 1e3}s`)],
    ['a start and an end', table('start,end', (at, ms) => `${iso(at)}Z,${iso(at + ms)}Z`)],
    ['a zone without a colon', table('at,durationMs', (at, ms) => `${iso(at)}+0100,${ms}`)],
    [
      'a blank for the T and a comma for the point',
      table(
        'at;durationMs',
        (at, ms) => `${iso(at).replace('T', ' ').replace('.', ',')}Z;${comma(ms)}`,
      ),
    ],
    [
      'JSON Lines',
      rows.map(([atMs, durationMs]) => JSON.stringify({ atMs, durationMs })).join('\n'),
    ],
    ['one array', JSON.stringify(rows.map(([atMs, durationMs]) => ({ atMs, durationMs })))],
    [
      'one array over many lines',
      JSON.stringify(
        rows.map(([atMs, durationMs]) => ({ atMs, durationMs, note: '}]"' })),
        null,
        2,
      ),
    ],
    [
      'logfmt',
      rows.map(([at, ms]) => `ts=${iso(at)}Z msg="it is, done" duration=${ms}ms`).join('\n'),
    ],
    ['the spans of a collector', JSON.stringify(otlp([...spans, ...inner]))],
    [
      'the same as a file of lines',
      spans.map((span, index) => JSON.stringify(otlp([span, inner[index] ?? {}]))).join('\n'),
    ],
    [
      'spans laid flat',
      rows
        .map(([at, ms], index) =>
          JSON.stringify({
            startTimeUnixNano: spans[index]?.startTimeUnixNano,
            durationNano: ms * 1e6,
            at,
          }),
        )
        .join('\n'),
    ],
    [
      'rows that an answer wraps',
      JSON.stringify({
        total: 4,
        rows: rows.map(([atMs, durationMs]) => ({ atMs, durationMs, tags: [{ key: 'a' }] })),
      }),
    ],
    [
      'rows with lists in them',
      rows
        .map(([atMs, durationMs]) => JSON.stringify({ atMs, durationMs, tags: [{ key: 'a' }] }))
        .join('\n'),
    ],
    ['the answer of Tempo', JSON.stringify({ batches: [{ scopeSpans: [{ spans }] }] })],
    [
      'flat spans with attributes',
      spans
        .map(({ startTimeUnixNano, endTimeUnixNano }) =>
          JSON.stringify({ startTimeUnixNano, endTimeUnixNano, attributes: [{ key: 'a' }] }),
        )
        .join('\n'),
    ],
    [
      'spans of Jaeger',
      JSON.stringify({
        data: [
          {
            spans: rows.map(([at, ms]) => ({
              traceID: 't',
              spanID: 's',
              startTime: (day + at) * 1e3,
              duration: ms * 1e3,
              references: [],
            })),
          },
        ],
      }),
    ],
    [
      'spans of Zipkin',
      JSON.stringify(
        rows.map(([at, ms]) => ({
          traceId: 't',
          id: 's',
          kind: 'SERVER',
          timestamp: (day + at) * 1e3,
          duration: ms * 1e3,
        })),
      ),
    ],
    [
      'the archive of a browser',
      JSON.stringify({
        log: { entries: rows.map(([at, time]) => ({ startedDateTime: `${iso(at)}Z`, time })) },
      }),
    ],
    ['samples of JMeter', table('timeStamp,elapsed,label', (at, ms) => `${day + at},${ms},home`)],
    [
      'Traefik',
      rows
        .map(([at, ms]) => JSON.stringify({ StartUTC: `${iso(at)}Z`, Duration: ms * 1e6 }))
        .join('\n'),
    ],
    [
      'Google Cloud',
      rows
        .map(([at, ms]) =>
          JSON.stringify({ timestamp: `${iso(at)}Z`, httpRequest: { latency: `${ms / 1e3}s` } }),
        )
        .join('\n'),
    ],
    [
      'a load balancer',
      rows
        .map(
          ([at, ms]) =>
            `https ${iso(at + ms)}Z app/lb/1 10.0.0.1:4 10.0.0.2:80 0.000 ${(ms / 1e3).toFixed(6)} 0.000 200 200 5 7 "GET https://x:443/ HTTP/2.0" "curl" - - arn:x "Root=1" "-" "-" 0 ${iso(at)}Z "forward" "-"`,
        )
        .join('\n'),
    ],
  ])('%s', async (_, text) => {
    expect(await found(text)).toEqual(expected);
  });
});

describe('a log that is written when a request is over tells when it began', () => {
  const byEnd = rows.toSorted(([a, b], [c, d]) => a + b - c - d);
  test.each([
    [
      'nginx in JSON',
      ([at, ms]: (typeof rows)[number]) =>
        JSON.stringify({
          msec: ((day + at + ms) / 1e3).toFixed(5),
          request_time: (ms / 1e3).toFixed(5),
          time_iso8601: '2026-11-27T14:00:00+00:00',
        }),
    ],
    [
      'k6 in JSON, among other metrics',
      ([at, ms]: (typeof rows)[number]) =>
        `{"metric":"vus","type":"Point","data":{"time":"${iso(at + ms)}Z","value":1}}\n${JSON.stringify({ metric: 'http_req_duration', type: 'Point', data: { time: `${iso(at + ms)}123+00:00`, value: ms } })}`,
    ],
    [
      'pino, among other lines',
      ([at, ms]: (typeof rows)[number]) =>
        `{"time":${day},"msg":"up"}\n${JSON.stringify({ time: day + at + ms, responseTime: ms })}`,
    ],
    [
      'Caddy',
      ([at, ms]: (typeof rows)[number]) =>
        JSON.stringify({ ts: (day + at + ms) / 1e3, duration: ms / 1e3, request: {}, status: 200 }),
    ],
    [
      'a load balancer of an older kind',
      ([at, ms]: (typeof rows)[number]) =>
        `${iso(at + ms)}Z lb 10.0.0.1:4 10.0.0.2:80 0.000 ${(ms / 1e3).toFixed(6)} 0.000 200 200 5 7 "GET http://x:80/ HTTP/1.1"`,
    ],
  ])('%s', async (_, line) => {
    expect(await found(byEnd.map(line).join('\n'))).toEqual(expected);
  });
});

describe('times that are whole seconds', () => {
  const clf = '27/Nov/2026:14:00:0';
  test.each([
    [
      'nginx',
      (second: number) =>
        `10.0.0.1 - - [${clf}${second} +0000] "GET / HTTP/1.1" 200 12 "-" "curl (x)" 0.004`,
    ],
    [
      'nginx with names',
      (second: number) =>
        `10.0.0.1 - - [${clf}${second} +0000] "GET / HTTP/1.1" 200 12 "-" "curl" rt=0.004 uct="0.001"`,
    ],
    [
      'Apache with a name',
      (second: number) =>
        `10.0.0.1 - bob [${clf}${second} +0000] "GET / HTTP/1.1" 200 - duration_us=4000`,
    ],
  ])('of %s are spread over the second, and that is said', async (_, line) => {
    const text = Array.from({ length: 300 }, (__, index) => line(Math.floor(index / 100))).join(
      '\n',
    );
    const { atMs, durationMs, isCoarse, notes } = await read(text);
    expect(isCoarse).toBe(true);
    expect(notes.join()).toContain('whole seconds');
    expect(new Set(durationMs)).toEqual(new Set([4]));
    expect(new Set(atMs).size).toBeGreaterThan(290);
    expect(atMs.at(-1)).toBeLessThan(3_000);
    expect((await read(text)).atMs).toEqual(atMs);
  });

  test('a table of k6 counts its requests alone', async () => {
    const text = `metric_name,timestamp,metric_value\nvus,1764252000,5\nhttp_req_duration,1764252000,47\nhttp_req_duration,1764252000,12\n`;
    const { durationMs, notes } = await read(text);
    expect([...(durationMs ?? [])].toSorted((a, b) => a - b)).toEqual([12, 47]);
    expect(notes[0]).toBe('Read as k6; 1 other rows of the file do not count.');
  });

  test('extended logs know their unit by who writes them', async () => {
    const iis = await read('#Fields: date time time-taken\n2026-11-27 14:00:00 250\n');
    expect(iis.durationMs).toEqual(Float64Array.of(250));
    const edge = await read(
      '#Fields: date time x-edge-location time-taken\n2026-11-27\t14:00:00\tFRA\t0.250\n',
    );
    expect(edge.durationMs).toEqual(Float64Array.of(250));
  });
});

test('what no target has answered does not count, and that is said', async () => {
  const lines = ['0.001', '-1'].map(
    (part) =>
      `h2 2026-11-27T14:00:00.5Z app/lb 10.0.0.1:4 - ${part} ${part} ${part} 503 - 5 7 "GET https://x:443/ HTTP/2.0" "curl"`,
  );
  const { atMs, notes } = await read(lines.join('\n'));
  expect(atMs.length).toBe(1);
  expect(notes[0]).toContain('1 other rows');
});

/** What is refused, and the remedy that was followed. */
describe('what nothing says is refused, with a remedy that helps', () => {
  const inSeconds = table('timestamp,duration', (at, ms) => `${(day + at) / 1e3},${ms / 1e3}`);
  test('a duration without a unit', async () => {
    await expect(read(inSeconds)).rejects.toThrow(
      'line 2, field "duration": got "0.047004", and nothing says in which unit. ' +
        'If these are seconds, add --duration-unit=s, or call the column durationS; otherwise the same with ms, us, ns.',
    );
    expect(await found(inSeconds, { durationUnit: 's' })).toEqual(expected);
    expect(await found(inSeconds.replace('duration', 'durationS'))).toEqual(expected);
  });

  test.each([
    [1, 'ms'],
    [1e3, 'us'],
    [1e6, 'ns'],
  ])('the unit that is guessed first is the one that handlers have: %d', async (factor, unit) => {
    const text = table('timestamp,latency', (at, ms) => `${day + at},${ms * factor}`);
    await expect(read(text)).rejects.toThrow(`--duration-unit=${unit}`);
  });

  test('a time without a unit that is no time of our days', async () => {
    const offsets = table('time,durationMs', (at, ms) => `${at / 1e3},${ms}`);
    await expect(read(offsets)).rejects.toThrow('give --time-unit, or call the column atMs, atS');
    expect(await found(offsets, { timeUnit: 's' })).toEqual(expected);
    expect(await found(offsets.replace('time', 'atS'))).toEqual(expected);
  });

  test('seconds since 1970 in a column of milliseconds', async () => {
    const wrong = table('atMs,durationMs', (at, ms) => `${(day + at) / 1e3},${ms}`);
    await expect(read(wrong)).rejects.toThrow('give --time-unit=s, or call the column atS');
    expect(await found(wrong, { timeUnit: 's' })).toEqual(expected);
    expect(await found(wrong.replace('atMs', 'atS'))).toEqual(expected);
  });

  test('a first row of zero before times of our days', async () => {
    const glitch = table('timestamp,durationMs', (at, ms) => `${day + at},${ms}`);
    await expect(read(glitch.replace('\n', '\n0,1\n'))).rejects.toThrow(
      /line 2, .* got "0", and line 3 has "\d+", milliseconds since 1970\. Remove the row/,
    );
    expect(await found(glitch)).toEqual(expected);
  });

  test('a whole number at the end of a log line', async () => {
    const text =
      '10.0.0.1 - - [27/Nov/2026:14:00:00 +0000] "GET / HTTP/1.1" 200 12 "-" "curl" 4000';
    await expect(read(text)).rejects.toThrow('Add --duration-unit=us if it is %D of Apache');
    expect((await read(text, { durationUnit: 'us' })).durationMs).toEqual(Float64Array.of(4));
  });

  test('a log without durations', async () => {
    const text = '10.0.0.1 - - [27/Nov/2026:14:00:00 +0000] "GET / HTTP/1.1" 200 12 "-" "curl"';
    await expect(read(text)).rejects.toThrow('"rt=$request_time" in the log_format of nginx');
    expect((await read(text, { needsDurations: false })).atMs.length).toBe(1);
  });

  test('columns of which two may be meant', async () => {
    const text = 'at,timestamp,durationMs\n2026-01-01T00:00:00Z,1764252000,1\n';
    await expect(read(text)).rejects.toThrow(
      'either may be the time. Choose one with --time-field',
    );
    expect((await read(text, { timeField: 'timestamp' })).atMs.length).toBe(1);
  });
});

describe('refused, with the place', () => {
  const head = 'atMs,durationMs\n';
  test.each([
    ['', undefined, 'it has no rows'],
    [head, undefined, 'it has no rows'],
    [`${head}1,2\n2,\n`, 3, 'field "durationMs": it is missing'],
    [`${head}1,2\n ,3\n`, 3, 'field "atMs": it is missing'],
    [`${head}1,2\n2,0x10\n`, 3, 'got "0x10", which is no duration'],
    [`${head}1,2\n0x2,1\n`, 3, 'got "0x2", which is no number'],
    [`${head}1,2\n2,-1\n`, 3, 'got "-1", which is no duration'],
    [`${head}1,2\n2,Infinity\n`, 3, 'got "Infinity", which is no duration'],
    [`${head}1,2\n2,1_000\n`, 3, 'got "1_000", which is no duration'],
    [`${head}-1,2\n`, 2, 'got "-1", which is'],
    [`${head}5,1\n4,1\n`, 3, 'which is before the row above it. Sort the rows'],
    [`${head}5\n`, 2, 'it has 1 values, and the header 2'],
    [`${head}1,5,2,5\n`, 2, 'Numbers with decimal commas stand between quotes'],
    [`${head}5,"1\n4,1\n`, 2, 'a quote is opened and never closed'],
    [`${head}5,"1"0\n`, 2, 'its quotes do not match'],
    [`${head}0,1\n31708800000,1\n`, 3, 'is 1 year after the row above it'],
    ['at,durationMs\n1970-01-01T00:00:00Z,1\n2026-11-27T14:00:00Z,1\n', 3, 'is 57 years after'],
    ['at,durationMs\n2026-02-30T00:00:00Z,1\n', 2, 'is no moment that a calendar'],
    ['at,durationMs\n2026-02-28T24:00:00Z,1\n', 2, 'is no moment that a calendar'],
    ['at,durationMs\n2026-02-28T00:00:00,1\n', 2, 'has no time zone'],
    ['at,durationMs\n2026-02-28T00:00:00+15:00,1\n', 2, 'is no moment that a calendar'],
    ['time,durationMs\n45988.58333,1\n', 2, 'is the number of a day, as spreadsheets count them'],
    ['Date,Time,durationMs\n2026-11-27,14:00:00,1\n', 2, 'Join them into one'],
    ['Nov 27 14:00:00 web haproxy[1]: 10.0.0.1:1 \nx\n', 2, 'neither a header nor a line of a log'],
    ['at,durationMs\nyesterday,1\n', 2, 'is no ISO 8601 time'],
    ['at,durationMs\n,1\n', 2, 'it is missing'],
    [
      'timestamp,durationMs\n1764252000000,1\n1764252001,1\n',
      3,
      'got "1764252001", and line 2 has',
    ],
    ['atMs,durationMs\n"1,234","1,234"\n', 2, 'which may be either 1234 or 1.234'],
    ['atMs;durationMs\n"1,234.5";1\n', 2, 'does not always mark the fraction'],
    ['atMs;durationMs\n1.234,5;1\n', 2, 'does not always mark the fraction'],
    ['atMs;durationMs\n1,5;2.25\n', 2, 'does not always mark the fraction'],
    ['1,2\n3,4\n', 1, 'it has values ("1,2") where the names of the columns belong'],
    ['atMs,atMs\n3,4\n', 1, 'two columns have this name'],
    ['atMs,path\n3,4\n', 2, 'it is missing; there are atMs, path'],
    ['what is this\n3\n', 2, 'it is missing; there are what is this'],
    ['atMs,durationMs\r1,2\r', 1, 'carriage returns alone'],
    ['a\0b', 1, 'it is no text'],
    ['{"atMs":0,"durationMs":1}\nnope\n', 2, 'got "nope", which is broken JSON'],
    ['{"atMs":0,"durationMs":1}\n{"atMs":\n', 2, 'which is broken JSON'],
    ['{"atMs":0,"durationMs":null}\n', 1, 'field "durationMs": it is missing'],
    ['{"atMs":true,"durationMs":1}\n', 1, 'got true, which is no'],
    ['{"atMs":0,\n"durationMs":1', 1, 'what begins here has no end'],
    ['[1]\n', 1, 'which is no JSON object'],
    ['[\n1]\n', 2, 'which is no JSON object'],
    ['[{"atMs":0,"durationMs":1},7]\n', 1, 'which is no JSON object'],
    [
      '{"data":[{"spans":[{"traceID":"t","spanID":"s","startTime":1764252000000000,"duration":1,"references":[{}]}]}]}',
      undefined,
      'none of its 1 rows counts',
    ],
  ])('%j', async (text, line, cause) => {
    const error: unknown = await read(text).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TraceError);
    expect(error).toMatchObject({ line, message: expect.stringContaining(cause) });
  });
});
