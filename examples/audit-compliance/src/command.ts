import { resolve } from 'node:path';
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';

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
 * @throws CommandError for an unknown flag.
 */
export function readFlags<const Options extends ParseArgsOptionsConfig>(
  argv: readonly string[],
  options: Options,
) {
  const args = argv[0] === '--' ? argv.slice(1) : [...argv];
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new CommandError(`${cause.split('. ')[0] ?? cause}. See --help.`);
  }
}

/** The only file that was named. @throws CommandError when there is none, or more. */
export function onlyFile(positionals: readonly string[], usage: string): string {
  const [file, ...others] = positionals;
  if (file !== undefined && others.length === 0) return file;
  const cause = file === undefined ? 'no file was named' : `${positionals.length} files were named`;
  throw new CommandError(`Failed to start: ${cause}. Use ${usage}.`);
}

/** A file as the user meant it: pnpm starts us in the package's folder, and notes theirs. */
export const userPath = (file: string): string =>
  resolve(process.env['INIT_CWD'] ?? process.cwd(), file);

/** Why a file could not be read or written, in a word or two. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such file or folder';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'EACCES' || code === 'EPERM') return 'it may not be used';
  return error instanceof Error ? error.message : String(error);
}

/** Runs a command: its number is the exit code, a refusal is 2 and one sentence. */
export async function runCommand(run: (argv: readonly string[]) => Promise<number>): Promise<void> {
  try {
    process.exitCode = await run(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}
