import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import {
  callerPath,
  defect,
  exitCodes,
  normalizeArgv,
  shellQuoted,
} from '@firedrill/core/command-line';

/** What the commands beside `start` share: how they read their flags, and how they refuse. */

/** Something that was typed wrong, or a file that cannot be used: exit code 2, without a stack. */
export class CommandError extends Error {
  readonly code = 'COMMAND_REFUSED';

  constructor(message: string) {
    super(message);
    this.name = 'CommandError';
  }
}

/**
 * Flags and positionals. pnpm hands over the `--` that it was given; one of them is dropped.
 *
 * @throws CommandError for an unknown flag, and for one that stands twice: the second would win in
 *   silence.
 */
export function readFlags<const Options extends ParseArgsOptionsConfig>(
  argv: readonly string[],
  options: Options,
) {
  const { values, positionals, tokens } = parse(argv, options);
  const seen = new Set<string>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    if (seen.has(token.name)) {
      throw new CommandError(`Failed to read --${token.name}: it stands twice. Keep one of them.`);
    }
    seen.add(token.name);
  }
  return { values, positionals };
}

function parse<const Options extends ParseArgsOptionsConfig>(
  argv: readonly string[],
  options: Options,
) {
  const args = [...normalizeArgv(argv)];
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true, tokens: true });
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new CommandError(`${cause.split(/\.\s/)[0] ?? cause}. See --help.`);
  }
}

/** The only file that was named. @throws CommandError when there is none, or more. */
export function onlyFile(positionals: readonly string[], usage: string): string {
  const [file, ...others] = positionals;
  if (file !== undefined && others.length === 0) return file;
  const cause = file === undefined ? 'no file was named' : `${positionals.length} files were named`;
  throw new CommandError(`Failed to start: ${cause}. Use ${usage}.`);
}

/** A number of decimal digits alone: neither `1e3` nor `0x10` nor an empty text is one. */
export function wholeNumber(text: string): number | undefined {
  const value = Number(text);
  return /^\d+$/.test(text) && Number.isSafeInteger(value) ? value : undefined;
}

/** A file as the user meant it: pnpm starts us in the package's folder, and notes theirs. */
export const userPath = (file: string): string => callerPath(file);

/** Why a file could not be read or written, in a word or two. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such file or folder';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'EACCES' || code === 'EPERM') return 'it may not be used';
  return error instanceof Error ? error.message : String(error);
}

/**
 * Runs a command: its number is the exit code, a refusal is 2 and one sentence, and what nobody expected
 * is a defect, which is no verdict.
 */
export async function runCommand(run: (argv: readonly string[]) => Promise<number>): Promise<void> {
  // Who closes a pager early has seen enough.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  try {
    process.exitCode = await run(process.argv.slice(2));
  } catch (error) {
    if (error instanceof CommandError) {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = exitCodes.usage;
      return;
    }
    const command = ['node', ...process.argv.slice(1)].map(shellQuoted).join(' ');
    const { exitCode, lines } = defect(error, command);
    process.stderr.write(`${lines.join('\n')}\n`);
    process.exitCode = exitCode;
  }
}
