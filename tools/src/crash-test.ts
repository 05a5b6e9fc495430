import process from 'node:process';

/** `pnpm crash-test`: of the event store, or with `--flows` of the flows on BullMQ. */
const at = process.argv.indexOf('--flows');
if (at > 0) process.argv.splice(at, 1);
const room = at > 0 ? 'flows' : 'event-store';
await import(`../../packages/core/src/${room}/crash-test/main.ts`);
if (at > 0 && process.exitCode === 0) await import('../../recipes/flows/src/many/crash-test.ts');
