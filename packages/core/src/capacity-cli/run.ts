import { TraceError } from '../workload/index.ts';
import { askForPlan } from './ask.ts';
import {
  choose,
  defect,
  type ExitCode,
  exitCodes,
  flushed,
  InputError,
  nearest,
  normalizeArgv,
  shellQuoted,
  UsageError,
} from './command-line.ts';
import { adaptive } from './commands/adaptive.ts';
import { adjust } from './commands/adjust.ts';
import { calibrate } from './commands/calibrate.ts';
import type { Answer, SubCommand } from './commands/command.ts';
import { diagnose } from './commands/diagnose.ts';
import { examples } from './commands/examples.ts';
import { guide } from './commands/guide.ts';
import { partition } from './commands/partition.ts';
import { plan } from './commands/plan.ts';

const commands: Readonly<Record<string, SubCommand>> = {
  examples,
  calibrate,
  diagnose,
  adjust,
  partition,
  adaptive,
  guide,
};

/**
 * The whole program: answers on standard output, complaints on standard error. Sets
 * `process.exitCode` and never rejects.
 */
export async function runCapacity(argv: readonly string[]): Promise<void> {
  const args = normalizeArgv(argv);
  const { stdout, stderr, stdin } = process;
  // Who closes a pager early has seen enough.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  try {
    const isInteractive = stdin.isTTY && stderr.isTTY;
    const { text, exitCode } = await answer(args, isInteractive);
    stdout.write(`${text}\n`);
    process.exitCode = exitCode;
    await flushed(stdout);
  } catch (error) {
    process.exitCode = explain(error, args, stderr);
  }
}

function answer(args: readonly string[], isInteractive: boolean): Answer | Promise<Answer> {
  const [name, ...rest] = args;
  if (name !== undefined && !name.startsWith('-')) {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (command !== undefined) return command.run(rest);
    const guess = nearest(name, Object.keys(commands));
    throw new UsageError({
      given: `"${name}"`,
      cause: 'there is no such command',
      remedy:
        guess === undefined
          ? `Use one of ${Object.keys(commands).join(', ')}, or options alone.`
          : choose(name, Object.keys(commands)),
    });
  }
  return plan(args, {
    commands: commandHelp(),
    ...(isInteractive && { ask: () => askForPlan() }),
  });
}

function commandHelp(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const lines = Object.entries(commands).map(
    ([name, { description }]) => `  ${name.padEnd(width)}  ${description}`,
  );
  return ['Commands:', ...lines].join('\n');
}

function explain(
  error: unknown,
  args: readonly string[],
  stderr: { write(text: string): unknown },
): ExitCode {
  if (error instanceof UsageError || error instanceof InputError || error instanceof TraceError) {
    stderr.write(`${error.message}\n`);
    return exitCodes.usage;
  }
  const { exitCode, lines } = defect(error, ['capacity', ...args.map(shellQuoted)].join(' '));
  stderr.write(`${lines.join('\n')}\n`);
  return exitCode;
}
