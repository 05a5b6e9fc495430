import type { Command } from 'commander';
import process from 'node:process';
import { MissingPeerError } from '../peers/index.ts';
import { normalizeArgv } from './argv.ts';
import { defect } from './defect.ts';
import { UsageError } from './errors.ts';
import { exitCodes } from './exit-codes.ts';
import { parseFlags, parseFlagsAndWords } from './flags.ts';
import { flushed } from './flush.ts';
import { shellQuoted } from './shell-quoted.ts';
import { isSystemError, unwrittenText } from './unwritten.ts';

/** What a tool does with its flags. A number is what it ends with; none is 0. */
type Work<Flags> = (
  flags: Flags,
  words: readonly string[],
) => Promise<number | void> | number | void;

/**
 * The whole of a small program: `--help` prints the help and does nothing else, what cannot be read
 * ends with 2 and a sentence, as does a peer that is missing, output that cannot be written (a full disk) with 74, an error that nobody
 * expected with 70. Sets `process.exitCode` and lets the process end by itself. Never rejects.
 *
 * @param defaults of the flags, so that `work` finds each of them
 * @param takesWords whether it takes words that belong to no flag; they are refused by default
 */
export async function runTool<Flags extends object>(
  command: Command,
  { defaults, takesWords = false }: { readonly defaults: Flags; readonly takesWords?: boolean },
  work: Work<Flags>,
): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Who closes a pager early has seen enough.
    if (error.code === 'EPIPE') return;
    if (!isSystemError(error)) throw error;
    process.stderr.write(`${unwrittenText('standard output', error)}\n`);
    process.exit(exitCodes.unwritten);
  });
  process.stderr.on('error', ignoreClosed);
  const args = normalizeArgv(process.argv.slice(2));
  try {
    const { flags, words } = takesWords
      ? parseFlagsAndWords<Flags>(command, args)
      : { flags: parseFlags<Flags>(command, args), words: [] };
    if (flags.help === true) process.stdout.write(command.helpInformation());
    else process.exitCode = (await work({ ...defaults, ...flags }, words)) ?? exitCodes.asExpected;
  } catch (error) {
    process.exitCode = complain(error, [command.name(), ...args.map(shellQuoted)].join(' '));
  }
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
}

function complain(error: unknown, replay: string): number {
  if (error instanceof UsageError || error instanceof MissingPeerError) {
    process.stderr.write(`${error.message}\n`);
    return exitCodes.usage;
  }
  const { exitCode, lines } = defect(error, replay);
  process.stderr.write(`${lines.join('\n')}\n`);
  return exitCode;
}

function ignoreClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
