import { spawn, type SpawnOptions } from 'node:child_process';
import process from 'node:process';
import { readPackages, resolveCall } from './packages.ts';

// Stands in for `pnpm` where the commands of the documents are run: the scripts of the repository, with
// their own arguments, as pnpm runs them, but for whoever is in another folder.
const packages = readPackages();
const found = resolveCall(process.argv.slice(2), packages);
if (found === undefined) {
  process.stderr.write(`There is no script for: pnpm ${process.argv.slice(2).join(' ')}\n`);
  process.exit(1);
}
const { folder, program, args, isFiltered } = found;
const child = program.startsWith('node ')
  ? spawn(process.execPath, [...program.split(' ').slice(1), ...args], options())
  : spawn('sh', ['-c', `${program} "$@"`, 'sh', ...args], options());
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.on('close', (code) => {
  // pnpm turns all but 0 into 1 when it is told which package it is about.
  process.exitCode = isFiltered && code !== 0 ? 1 : (code ?? 1);
});

function options(): SpawnOptions {
  const env = { ...process.env, INIT_CWD: process.cwd() };
  return { cwd: folder, stdio: 'inherit', env };
}
