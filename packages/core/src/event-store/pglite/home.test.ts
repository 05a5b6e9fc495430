import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DirectoryUnusableError } from './errors.ts';
import { enterHome, findHome, postgresMajor } from './home.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'home-test-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(path: string, text = ''): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
}

test.each(['a/b/c', 'my dâta 数据', 'x'.repeat(150), 'C:', 'a:b'])(
  'the directory %s is made where it is missing',
  async (name) => {
    expect(await findHome(join(root, name))).toBe(join(root, name));
    expect(existsSync(join(root, name))).toBe(true);
  },
);

test('a link leads to the directory itself', async () => {
  mkdirSync(join(root, 'real'));
  symlinkSync(join(root, 'real'), join(root, 'link'));
  expect(await findHome(join(root, 'link'))).toBe(join(root, 'real'));
});

describe('what is no path is refused, and nothing is made', () => {
  test.each([
    ['', 'keep the data in memory'],
    ['  ', 'keep the data in memory'],
    ['memory://', 'keep the data in memory'],
    ['idb://store', 'keep the data in memory'],
    ['opfs-ahp://store', 'keep the data in memory'],
    ['file:///var/store', 'fileURLToPath'],
    ['FILE://var/store', 'fileURLToPath'],
    ['a\0b', 'Leave out the NUL'],
    [pathToFileURL('/var/store'), 'fileURLToPath'],
    [5, 'got 5'],
    [null, 'got null'],
  ])('%j', async (directory, remedy) => {
    // @ts-expect-error -- callers without types
    const refused = findHome(directory);
    await expect(refused).rejects.toBeInstanceOf(RangeError);
    await expect(refused).rejects.toThrow('directory must be a path in the file system');
    await expect(refused).rejects.toThrow(remedy);
  });
});

describe('a path at which no directory can be is refused with the reason', () => {
  test.each([
    ['file', 'there is a file'],
    ['file/store', 'a part of the path is a file'],
    ['nothing', 'a link to nothing'],
    ['circle', 'its links lead in a circle'],
    ['x'.repeat(300), 'too long'],
  ])('%s', async (name, cause) => {
    write('file');
    symlinkSync(join(root, 'missing/place'), join(root, 'nothing'));
    symlinkSync(join(root, 'circle'), join(root, 'circle'));
    const refused = findHome(join(root, name));
    await expect(refused).rejects.toBeInstanceOf(DirectoryUnusableError);
    await expect(refused).rejects.toMatchObject({ code: 'DIRECTORY_UNUSABLE' });
    await expect(refused).rejects.toThrow(cause);
  });
});

test.runIf(process.platform !== 'win32')(
  'a directory that may not be written is refused, for the superuser too',
  async () => {
    mkdirSync(join(root, 'read-only'));
    chmodSync(join(root, 'read-only'), 0o500);
    await expect(findHome(join(root, 'read-only'))).rejects.toMatchObject({
      problem: 'not-permitted',
    });
  },
);

describe('what is not of an event store', () => {
  test('may lie beside it', async () => {
    write('readme.txt');
    expect(await findHome(root)).toBe(root);
  });

  test('is never taken for the files of one, which would be removed', async () => {
    write('data/photo.jpg');
    await expect(findHome(root)).rejects.toMatchObject({ problem: 'foreign' });
    expect(existsSync(join(root, 'data/photo.jpg'))).toBe(true);
  });

  test('is refused when it is a database: an empty store inside it would look like its own', async () => {
    write('PG_VERSION', '18\n');
    await expect(findHome(root)).rejects.toThrow('data directory of a PostgreSQL or PGlite');
  });
});

describe('a directory that was used before', () => {
  test('loses the half that a killed process left while it made the files', async () => {
    write('lock.db');
    write('data/base/1');
    await findHome(root);
    const { isReady, settle } = await enterHome(root);
    expect(isReady).toBe(false);
    expect(existsSync(join(root, 'data'))).toBe(false);
    await settle();
    expect(existsSync(join(root, 'ready'))).toBe(true);
  });

  test('keeps its files once they are complete', async () => {
    write('ready');
    write('data/PG_VERSION', `${postgresMajor}\n`);
    await findHome(root);
    expect(await enterHome(root)).toMatchObject({
      isReady: true,
      dataDirectory: join(root, 'data'),
    });
    expect(existsSync(join(root, 'data/PG_VERSION'))).toBe(true);
  });

  test.each([
    ['16\n', 'other-version', 'of PostgreSQL 16'],
    ['', 'other-version', 'of an unknown version, and this PGlite'],
    ['\u0001\u0002', 'other-version', `this PGlite is PostgreSQL ${postgresMajor}`],
  ])('is refused when its version is %j', async (version, problem, text) => {
    write('ready');
    write('data/PG_VERSION', version);
    await expect(enterHome(root)).rejects.toMatchObject({ problem });
    await expect(enterHome(root)).rejects.toThrow(text);
  });

  test('is refused when its files are gone, instead of beginning anew in silence', async () => {
    write('ready');
    await expect(enterHome(root)).rejects.toMatchObject({ problem: 'incomplete' });
    await expect(enterHome(root)).rejects.toThrow('it held events');
    write('data', 'a file');
    await expect(enterHome(root)).rejects.toMatchObject({ problem: 'incomplete' });
  });

  test.runIf(process.platform !== 'win32')(
    'is refused when its files may not be written',
    async () => {
      write('ready');
      write('data/PG_VERSION', `${postgresMajor}\n`);
      chmodSync(join(root, 'data'), 0o500);
      await expect(enterHome(root)).rejects.toMatchObject({ problem: 'not-permitted' });
    },
  );
});
