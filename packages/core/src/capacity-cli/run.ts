import { NoModelError } from '../capacity/index.ts';
import { TraceError } from '../workload/index.ts';
import {
  choose,
  defect,
  escaped,
  type ExitCode,
  exitCodes,
  flushed,
  nearest,
  normalizeArgv,
  shellQuoted,
  UsageError,
} from '../command-line/index.ts';
import { InputError, ReportUnwrittenError } from '../cli/index.ts';
import { askForPlan } from './ask.ts';
import { adaptive } from './commands/adaptive.ts';
import { adjust } from './commands/adjust.ts';
import { breaker } from './commands/breaker.ts';
import { calibrate } from './commands/calibrate.ts';
import type { Answer, SubCommand } from './commands/command.ts';
import { diagnose } from './commands/diagnose.ts';
import { emit } from './commands/emit.ts';
import { examples } from './commands/examples.ts';
import { guide } from './commands/guide.ts';
import { partition } from './commands/partition.ts';
import { plan } from './commands/plan.ts';
import type { GivenPlanFlags } from './plan-options.ts';

const commands: Readonly<Record<string, SubCommand>> = {
  examples,
  calibrate,
  diagnose,
  adjust,
  partition,
  adaptive,
  breaker,
  emit,
  guide,
};

/** What the program says, and what it ends with. */
export interface Reply {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: ExitCode;
}

/**
 * The whole program without its process: the answer, or the complaint.
 *
 * @param ask asks for a load when there are no arguments; undefined where nobody could answer
 */
export async function replyTo(
  argv: readonly string[],
  ask?: () => Promise<GivenPlanFlags>,
): Promise<Reply> {
  const args = normalizeArgv(argv);
  try {
    const { text, exitCode } = await answer(args, ask);
    return { stdout: `${text}\n`, stderr: '', exitCode };
  } catch (error) {
    return { stdout: '', ...explain(error, args) };
  }
}

/** Answers on standard output, complaints on standard error. Sets `process.exitCode`, never rejects. */
export async function runCapacity(argv: readonly string[]): Promise<void> {
  const { stdout, stderr, stdin } = process;
  // Who closes a pager early has seen enough.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const isInteractive = stdin.isTTY && stderr.isTTY;
  const reply = await replyTo(argv, isInteractive ? () => askForPlan() : undefined);
  process.exitCode = reply.exitCode;
  stderr.write(reply.stderr);
  stdout.write(reply.stdout);
  await flushed(stdout);
}

function answer(
  args: readonly string[],
  ask: (() => Promise<GivenPlanFlags>) | undefined,
): Answer | Promise<Answer> {
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
    ...(ask && { ask }),
  });
}

function commandHelp(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const lines = Object.entries(commands).map(
    ([name, { description }]) => `  ${name.padEnd(width)}  ${description}`,
  );
  return ['Commands:', ...lines].join('\n');
}

function explain(error: unknown, args: readonly string[]): Omit<Reply, 'stdout'> {
  if (
    error instanceof UsageError ||
    error instanceof InputError ||
    error instanceof TraceError ||
    error instanceof NoModelError
  ) {
    return { stderr: `${escaped(error.message)}\n`, exitCode: exitCodes.usage };
  }
  if (error instanceof ReportUnwrittenError) {
    return { stderr: `${error.message}\n`, exitCode: exitCodes.unwritten };
  }
  const { exitCode, lines } = defect(error, ['capacity', ...args.map(shellQuoted)].join(' '));
  return { stderr: `${lines.join('\n')}\n`, exitCode };
}
