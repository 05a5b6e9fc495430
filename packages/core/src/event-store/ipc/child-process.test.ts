import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { OneConnectionDatabase } from './one-connection-database.ts';
import { serveChildren } from './serve-children.ts';

const program = fileURLToPath(new URL('fixture/child.ts', import.meta.url));
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function start(...args: readonly string[]): ChildProcess {
  const child = fork(program, args, { serialization: 'advanced', execArgv: [] });
  children.push(child);
  return child;
}

/** Resolves at the first message of a child that is the wanted one. */
function messageOf(child: ChildProcess, isWanted: (message: unknown) => boolean): Promise<void> {
  return new Promise((resolve) => {
    child.on('message', (message) => {
      if (isWanted(message)) resolve();
    });
  });
}

test('a child that is killed within a transaction leaves nothing, and blocks nobody', async () => {
  const database = new OneConnectionDatabase();
  const server = serveChildren(database, { bucketCount: 64 });
  const victim = start('hang', 'lost');
  const hasWritten = messageOf(victim, (message) => message === 'written');
  server.serve(victim);
  await hasWritten;
  const other = start('keep', 'kept');
  const isWaiting = messageOf(other, () => true);
  server.serve(other);
  await isWaiting;
  victim.kill('SIGKILL');
  const [code] = await once(other, 'exit');
  expect(code).toBe(0);
  expect(await database.query('list')).toEqual([{ word: 'kept' }]);
  await server.close();
});

test('a child that has closed its store ends by itself', async () => {
  const database = new OneConnectionDatabase();
  const server = serveChildren(database, { bucketCount: 64 });
  const child = start('keep', 'a');
  server.serve(child);
  expect(await once(child, 'exit')).toEqual([0, null]);
  await server.close();
});
