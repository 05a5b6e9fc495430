import { main } from '@firedrill/core/cli';

const isOnStore = process.argv.some((argument) => /^--store(?:=|$)/.test(argument));
if (isOnStore) {
  const { runCommand } = await import('./command.ts');
  const { runOnStore } = await import('./real/run-on-store.ts');
  await runCommand(runOnStore);
  // The clinics of the run go on with their timers: it is over all the same.
  process.exit();
}
await main({ name: 'audit-compliance', load: () => import('./example.ts') });
