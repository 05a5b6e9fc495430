import process from 'node:process';
import { type DirectoryLock, lockDirectory } from '../directory-lock.ts';
import { DirectoryLockedError } from '../errors.ts';
import type { RacerAnswer, RacerOrder } from './racer-process.ts';

// Takes the lock of a directory when it is told to, keeps it until it is told to give it back, or is
// killed. Ends with its parent.

const directory = process.argv[2] ?? '';
let lock: DirectoryLock | undefined;

process.on('disconnect', () => process.exit(1));
process.on('message', (order: RacerOrder) => {
  void obey(order).then((answer) => process.send?.(answer));
});
process.send?.('ready' satisfies RacerAnswer);

async function obey(order: RacerOrder): Promise<RacerAnswer> {
  if (order.op === 'release') {
    await lock?.release();
    lock = undefined;
    return 'released';
  }
  // A timer would wake all of them in the same turn of the clock.
  for (const startAtMs = performance.now() + order.delayMs; performance.now() < startAtMs;);
  try {
    lock = await lockDirectory(directory);
    return 'held';
  } catch (error) {
    if (!(error instanceof DirectoryLockedError)) throw error;
    return 'refused';
  }
}
