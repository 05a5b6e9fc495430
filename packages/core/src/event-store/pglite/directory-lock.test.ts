import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRandom } from '../../simulation/index.ts';
import { lockDirectory, lockFiles } from './directory-lock.ts';
import { DirectoryLockedError, DirectoryUnusableError } from './errors.ts';
import { raceForDirectory } from './lock-race/race.ts';
import { RacerProcess } from './lock-race/racer-process.ts';

let root: string;
let others: RacerProcess[];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'lock-test-'));
  others = [];
});
afterEach(async () => {
  await Promise.all(others.map((other) => other.kill()));
  await rm(root, { recursive: true, force: true });
});

function startOther(): RacerProcess {
  const other = new RacerProcess(root);
  others.push(other);
  return other;
}

test.each([
  { length: 'short', name: 'd' },
  { length: 'longer than the path of a socket may be', name: join('x'.repeat(90), 'y'.repeat(90)) },
])('a directory whose path is $length is held by one at a time', async ({ name }) => {
  const directory = join(root, name);
  await mkdir(directory, { recursive: true });
  const lock = await lockDirectory(directory);
  const second = lockDirectory(directory);
  await expect(second).rejects.toBeInstanceOf(DirectoryLockedError);
  await expect(second).rejects.toMatchObject({ directory, pid: process.pid });
  await lock.release();
  const third = await lockDirectory(directory);
  await third.release();
});

test('what a killed process left is taken over, by one of those who try at once', async () => {
  const other = startOther();
  await other.take();
  await expect(lockDirectory(root)).rejects.toMatchObject({ pid: other.pid });
  await other.kill();

  const outcomes = await Promise.allSettled([1, 2, 3].map(() => lockDirectory(root)));
  const held = outcomes.filter((outcome) => outcome.status === 'fulfilled');
  expect(held).toHaveLength(1);
  await held[0]?.value.release();
});

test.each([{ racers: 3 }, { racers: 8 }])(
  'of $racers processes that race for what a killed one left, never two have it',
  async ({ racers }) => {
    const random = createRandom(1, 'race', String(racers));
    const { one, several } = await raceForDirectory({ racers, trials: 12, random });
    expect(several).toBe(0);
    expect(one).toBeGreaterThan(0);
  },
);

describe('a holder', () => {
  test('that was stopped and answers nobody still has it', async () => {
    const other = startOther();
    await other.take();
    other.pause();
    await expect(lockDirectory(root)).rejects.toMatchObject({ pid: other.pid });
  });

  // POSIX gives a lock back when its process closes the file, whatever it had opened it for.
  test.runIf(process.platform === 'linux')('that copies its own files keeps it', async () => {
    const lock = await lockDirectory(root);
    await copyFile(join(root, lockFiles.lock), join(root, 'copy'));
    expect(await startOther().take()).toBe('refused');
    await lock.release();
    expect(await startOther().take()).toBe('held');
  });

  test.runIf(process.platform === 'linux')('whose files are removed keeps it', async () => {
    const lock = await lockDirectory(root);
    await Promise.all(Object.values(lockFiles).map((name) => rm(join(root, name))));
    expect(await startOther().take()).toBe('refused');
    await lock.release();
  });
});

test('a directory in which no file can be locked is refused in a sentence', async () => {
  await mkdir(join(root, lockFiles.lock));
  const refused = lockDirectory(root);
  await expect(refused).rejects.toBeInstanceOf(DirectoryUnusableError);
  await expect(refused).rejects.toThrow('lock.db in it cannot be locked, as unable to open');
  await expect(lockDirectory(join(root, 'missing'))).rejects.toMatchObject({
    problem: 'not-lockable',
  });
});
