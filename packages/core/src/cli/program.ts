import {
  defect,
  type ExitCode,
  exitCodes,
  normalizeArgv,
  shellQuoted,
  startCommand,
  UsageError,
} from '../command-line/index.ts';
import { MissingPeerError } from '../peers/index.ts';
import { InputError } from './errors.ts';
import type { LoadExample } from './load-example.ts';
import type { MainOptions } from './main.ts';
import { declareCommand, parseOptions } from './options.ts';

/**
 * Runs the program of an example. Sets `process.exitCode` (see {@link exitCodes}). Never rejects.
 *
 * Only what it takes to read the flags is loaded at first, because the rest takes most of a second.
 */
export async function runProgram({ name, load }: MainOptions): Promise<void> {
  const args = normalizeArgv(process.argv.slice(2));
  process.once('uncaughtException', (error) => {
    process.exit(explain(error, name, args));
  });
  process.stderr.on('error', ignoreClosed);
  try {
    process.exitCode = await execute(name, load, args);
  } catch (error) {
    process.exitCode = explain(error, name, args);
  }
}

async function execute(
  name: string,
  load: LoadExample,
  args: readonly string[],
): Promise<ExitCode> {
  const command = declareCommand(startCommand(name));
  const options = parseOptions(command, args);
  if (options.version) {
    const { versionText } = await import('./version.ts');
    return print(versionText());
  }
  if (options.help) {
    const { helpText } = await import('./help.ts');
    return print(await helpText(command.helpInformation(), name, (await load()).example));
  }
  if (options.list) {
    const { catalogOf, catalogText } = await import('./list.ts');
    const catalog = await catalogOf((await load()).example);
    return print(options.json ? JSON.stringify(catalog) : catalogText(catalog));
  }
  const { runCommand } = await import('./run-command.ts');
  return runCommand(name, load, options);
}

function print(text: string): ExitCode {
  process.stdout.on('error', ignoreClosed).write(`${text}\n`);
  return exitCodes.asExpected;
}

/** Who closes a pager early has seen enough. */
function ignoreClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

function explain(error: unknown, name: string, args: readonly string[]): ExitCode {
  if (
    error instanceof UsageError ||
    error instanceof InputError ||
    error instanceof MissingPeerError
  ) {
    process.stderr.write(`${error.message}\n`);
    return exitCodes.usage;
  }
  const { exitCode, lines } = defect(
    error,
    [startCommand(name), ...args.map(shellQuoted)].join(' '),
  );
  process.stderr.write(`${lines.join('\n')}\n`);
  return exitCode;
}
