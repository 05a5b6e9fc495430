import { styleText } from 'node:util';
import { runVisibly } from './run-command.ts';

/** All that has to hold before a change lands; CI runs the same. Goes on after a failure. */
const steps = [
  ['format', 'pnpm', ['format:check']],
  ['lint', 'pnpm', ['lint']],
  ['types', 'pnpm', ['typecheck']],
  ['dead exports', 'pnpm', ['knip']],
  ['tests', 'pnpm', ['test']],
  ['documentation', 'pnpm', ['run', 'docs', '--check']],
] as const;

const failed: string[] = [];
for (const [name, command, args] of steps) {
  console.log(styleText('bold', `\n== ${name}`));
  const code = await runVisibly(command, args);
  if (code !== 0) failed.push(name);
}
console.log(
  failed.length === 0
    ? styleText('green', '\nAll checks passed.')
    : styleText('red', `\nFailed: ${failed.join(', ')}.`),
);
process.exitCode = failed.length === 0 ? 0 : 1;
