import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { postgresMajor } from './home.ts';
import { openPgliteEventStore } from './pglite-event-store.ts';
import { templateName } from './template.ts';

const stream = { category: 'order', id: 'a' };
const event = { type: 'order.placed', data: {} };

let root: string;
/** A store with one event, closed. */
let original: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'directories-test-'));
  original = join(root, 'original');
  await appendTo(original);
});
afterAll(() => rm(root, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

/** Opens, appends, closes. @returns the version of the stream. */
async function appendTo(directory: string): Promise<number> {
  const store = await openPgliteEventStore({ directory });
  try {
    return (await store.append(stream, [event], { expectedVersion: 'any' })).toVersion;
  } finally {
    await store.close();
  }
}

async function copyOf(name: string): Promise<string> {
  const directory = join(root, name);
  await cp(original, directory, { recursive: true });
  return directory;
}

test('the files of a new store are of the version that is expected of old ones', async () => {
  expect((await readFile(join(original, 'data/PG_VERSION'), 'utf8')).trim()).toBe(postgresMajor);
});

test('a directory can be copied while nobody has it open, and both go on by themselves', async () => {
  const copy = await copyOf('copy');
  expect(await appendTo(copy)).toBe(2);
  expect(await appendTo(copy)).toBe(3);
  expect(await appendTo(original)).toBe(2);
});

test('a directory that is open in this process is refused as such, and free when it is closed', async () => {
  const directory = await copyOf('twice');
  const store = await openPgliteEventStore({ directory });
  const second = openPgliteEventStore({ directory });
  await expect(second).rejects.toMatchObject({ code: 'DIRECTORY_LOCKED', pid: process.pid });
  await expect(second).rejects.toThrow('this process has it open already');
  await store.close();
  await appendTo(directory);
});

describe('files that are damaged are refused in a sentence, each time', () => {
  test.each([
    ['data/global/pg_control', (path: string) => writeFile(path, Buffer.alloc(8_192))],
    ['data/global/pg_filenode.map', (path: string) => rm(path)],
    ['data/base', (path: string) => rm(path, { recursive: true })],
    ['data/postgresql.conf', (path: string) => writeFile(path, 'no = = setting')],
    ['data/global/pg_control', (path: string) => truncate(path, 100)],
  ])('%s', async (name, damage) => {
    const directory = await mkdtemp(join(root, 'damaged-'));
    await cp(original, directory, { recursive: true });
    await damage(join(directory, name));
    for (const attempt of ['first', 'second']) {
      const refused = openPgliteEventStore({ directory });
      await expect(refused, attempt).rejects.toMatchObject({
        code: 'DIRECTORY_UNUSABLE',
        problem: 'does-not-start',
      });
      await expect(refused, attempt).rejects.toThrow('restore a copy');
    }
  });
});

test('a template that was cut off is not in the way of new stores', async () => {
  vi.stubEnv('XDG_CACHE_HOME', root);
  const template = join(root, 'firedrill', templateName);
  await mkdir(join(template, '..'));
  await writeFile(template, 'cut off');
  expect(await appendTo(join(root, 'new'))).toBe(1);
  expect(existsSync(template)).toBe(false);
});
