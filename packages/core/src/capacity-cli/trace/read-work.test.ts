import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readWork } from './read-work.ts';
import { cellsOf } from './row-source.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-work-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

test('CSV with ISO times counts from its first row', async () => {
  const path = await file(
    'a.csv',
    '\uFEFFat,path,durationMs\r\n2026-01-01T00:00:00Z,"/a,b",1.5\r\n\r\n2026-01-01T00:00:01.250Z,/c,2\r\n',
  );
  const { atMs, serviceMs } = await readWork(path);
  expect([...atMs]).toEqual([0, 1_250]);
  expect([...serviceMs]).toEqual([1.5, 2]);
});

test('NDJSON with millisecond times may end without a line end', async () => {
  const path = await file('a.ndjson', '{"atMs":5,"durationMs":1}\n{"atMs":7.5,"durationMs":2}');
  const { atMs, serviceMs } = await readWork(path);
  expect([...atMs]).toEqual([0, 2.5]);
  expect([...serviceMs]).toEqual([1, 2]);
});

test('columns of other names can be named', async () => {
  const path = await file('a.csv', 'when,took\n0,3\n');
  const { serviceMs } = await readWork(path, { time: 'when', duration: 'took' });
  expect([...serviceMs]).toEqual([3]);
});

test('a file longer than a block is read whole', async () => {
  const rows = Array.from({ length: 40_000 }, (_, index) => `${index},${index % 7}`);
  const { atMs } = await readWork(await file('a.csv', `atMs,durationMs\n${rows.join('\n')}\n`));
  expect(atMs.length).toBe(40_000);
  expect(atMs.at(-1)).toBe(39_999);
});

test.each([
  ['a.csv', '', 'it has no rows'],
  ['a.csv', 'atMs,durationMs\n', 'it has no rows'],
  ['a.csv', 'atMs,path\n0,/a\n', 'field "durationMs": it is missing; there are atMs, path'],
  ['a.csv', 'when,durationMs\n0,1\n', '--time-field'],
  ['a.csv', 'atMs,durationMs\n5,1\n4,1\n', 'line 3, field "time": got "4", which is before'],
  ['a.csv', 'atMs,durationMs\n5,1\nx,1\n', 'line 3, field "time": got "x", which is no time'],
  ['a.csv', 'atMs,durationMs\n5,-1\n', 'got "-1", which is no duration'],
  ['a.csv', 'atMs,durationMs\n5,NaN\n', 'got "NaN", which is no duration'],
  ['a.csv', 'atMs,durationMs\n5\n', 'it has 1 values, and the header 2'],
  ['a.csv', 'at,durationMs\n2026-01-01T00:00:00,1\n', 'which is no time'],
  ['a.ndjson', '{"atMs":0,"durationMs":1}\nnope\n', 'line 2: got nope, which is no JSON object'],
  ['a.ndjson', '[1]\n', 'which is no JSON object'],
  ['a.ndjson', '{"atMs":0,"durationMs":null}\n', 'got null, which is no duration'],
  ['a.txt', 'x', 'its extension is .txt'],
])('%s with %j is refused: %s', async (name, text, message) => {
  await expect(readWork(await file(name, text))).rejects.toThrow(message);
});

test('a file that is not there is refused', async () => {
  await expect(readWork(join(folder, 'nothing.csv'))).rejects.toThrow('there is no such file');
});

test.each([
  ['a,b,c', ['a', 'b', 'c']],
  ['"a,b",c', ['a,b', 'c']],
  ['a,"b ""c""",', ['a', 'b "c"', '']],
])('the cells of %s are %j', (line, cells) => {
  expect(cellsOf(line)).toEqual(cells);
});
