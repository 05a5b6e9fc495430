import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockDirectory } from './directory-lock.ts';
import { DirectoryLockedError } from './errors.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'lock-test-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

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
  const child = fork(new URL('./lock-child.ts', import.meta.url), [root]);
  await once(child, 'message');
  await expect(lockDirectory(root)).rejects.toMatchObject({ pid: child.pid });
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;

  const outcomes = await Promise.allSettled([1, 2, 3].map(() => lockDirectory(root)));
  const held = outcomes.filter((outcome) => outcome.status === 'fulfilled');
  expect(held).toHaveLength(1);
  await held[0]?.value.release();
});
