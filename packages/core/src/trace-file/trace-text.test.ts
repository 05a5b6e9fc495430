import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTrace } from '../workload/index.ts';
import { traceText as withoutFiles } from '../workload/trace/no-files.ts';
import { traceText } from './index.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trace-file-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, bytes: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

async function textOf(path: string): Promise<string> {
  let text = '';
  for await (const piece of traceText(path)) text += piece;
  return text;
}

const text = 'atMs,path\n0,/größe\n5,/b\n';

describe('the text of a file', () => {
  test.each([
    ['plain', Buffer.from(text)],
    ['gzip', gzipSync(text)],
    ['two members of gzip', Buffer.concat([gzipSync(text.slice(0, 9)), gzipSync(text.slice(9))])],
    ['UTF-16 with a mark', Buffer.from(`\uFEFF${text}`, 'utf16le')],
  ])('is read whatever its name when it is %s', async (name, bytes) => {
    expect(await textOf(await file(`${name}.dat`, bytes))).toBe(text);
  });

  test('longer than a piece is read whole, packed or not', async () => {
    const long = `atMs\n${Array.from({ length: 100_000 }, (_, at) => at).join('\n')}`;
    expect(await textOf(await file('long.csv', long))).toBe(long);
    expect(await textOf(await file('long.csv.gz', gzipSync(long)))).toBe(long);
    const { arrivals } = await readTrace(join(folder, 'long.csv.gz'));
    expect(arrivals).toHaveLength(100_000);
    expect(arrivals.at(-1)).toEqual({ line: 100_001, atMs: 99_999 });
  });

  test.each([
    ['cut.gz', gzipSync(text).subarray(0, 20), 'its gzip is broken or cut off'],
    ['book.xlsx', Buffer.from('PK\u0003\u0004...'), 'save the sheet as CSV'],
    ['a.zst', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0]), 'zstd -d'],
  ])('%s is refused', async (name, bytes, message) => {
    await expect(textOf(await file(name, bytes))).rejects.toThrow(message);
  });

  test('is refused, with the reason as its cause, when there is no such file', async () => {
    await expect(textOf(join(folder, 'absent.csv'))).rejects.toMatchObject({
      code: 'TRACE_INVALID',
      message: expect.stringMatching(/absent\.csv: there is no such file .*Check the path\./),
      cause: { code: 'ENOENT' },
    });
  });

  test('is refused for a directory', async () => {
    await mkdir(join(folder, 'logs'));
    await expect(textOf(join(folder, 'logs'))).rejects.toThrow('that is no file');
  });

  test('ends at once when it is no longer wanted', async () => {
    const path = await file('endless.csv', `atMs\n${'1\n'.repeat(1_000_000)}`);
    const controller = new AbortController();
    const pieces = traceText(path, controller.signal);
    await pieces.next();
    controller.abort(new Error('Ctrl-C'));
    await expect(
      (async () => {
        for await (const _ of pieces) continue;
      })(),
    ).rejects.toThrow('Ctrl-C');
    await expect(readTrace(path, { signal: controller.signal })).rejects.toThrow('Ctrl-C');
  });
});

test('where there are no files, that is said', async () => {
  await expect(readTrace('load.csv', { text: withoutFiles('load.csv') })).rejects.toThrow(
    'load.csv: there are no files here. Pass its text, readTrace(file, { text }).',
  );
});
