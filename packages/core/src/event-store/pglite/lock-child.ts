import process from 'node:process';
import { lockDirectory } from './directory-lock.ts';

// Holds a directory until it is killed, for the test of the lock.
await lockDirectory(process.argv[2] ?? '');
process.send?.('locked');
setInterval(() => {}, 60_000);
