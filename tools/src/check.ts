import { styleText } from 'node:util';
import { exitCodes, newCommand, runTool } from '@firedrill/core/command-line';
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

const command = newCommand(
  'pnpm check',
  `Checks all that has to hold before a change lands: ${steps.map(([name]) => name).join(', ')}.`,
);

await runTool(command, { defaults: {} }, async () => {
  const failed: string[] = [];
  for (const [name, program, args] of steps) {
    console.log(styleText('bold', `\n== ${name}`));
    const code = await runVisibly(program, args);
    if (code !== 0) failed.push(name);
  }
  console.log(
    failed.length === 0
      ? styleText('green', '\nAll checks passed.')
      : styleText('red', `\nFailed: ${failed.join(', ')}.`),
  );
  return failed.length === 0 ? exitCodes.asExpected : exitCodes.checkFailed;
});
