import { main } from '@firedrill/core/cli';

const flags = process.argv.slice(2);
if (flags.some((flag) => /^--store(?:=|$)/.test(flag))) {
  const { runCommand } = await import('./log/command.ts');
  const { runOnStore } = await import('./real/run-on-store.ts');
  await runCommand(runOnStore);
  // The clinics of the run go on with their timers: it is over all the same.
  process.exit();
}
await main({ name: 'audit-compliance', load: () => import('./example.ts') });
if (flags.includes('--help') || flags.includes('-h')) {
  process.stdout.write(
    '\nOn a real server and a real clock\n' +
      '  --scenario=recovery --store=postgres://user:password@host:5432/database\n' +
      '  --store= --help lists what goes with it\n',
  );
}
