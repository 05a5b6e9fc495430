import process from 'node:process';
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';

/** What the benchmarks have in common on the command line. */

/** Says what is wrong with the arguments, and ends with exit code 2. */
export function usage(message: string): never {
  console.error(message);
  process.exit(2);
}

/** Reads a flag that has to be a positive integer. */
export function count(name: string, text: string): number {
  const value = Number(text);
  return Number.isSafeInteger(value) && value > 0
    ? value
    : usage(`Failed to read --${name}: "${text}" is not a positive integer.`);
}

const helpOption = { help: { type: 'boolean', default: false } } as const;

/** The flags of a benchmark. With `--help` it prints `help` and ends. */
export function readFlags<const Options extends ParseArgsOptionsConfig>(
  options: Options,
  help: string,
) {
  const flags = parse({ ...options, ...helpOption });
  if (process.argv.includes('--help')) {
    console.log(help);
    process.exit(0);
  }
  return flags;
}

function parse<const Options extends ParseArgsOptionsConfig>(options: Options) {
  try {
    const args = process.argv.slice(2).filter((argument) => argument !== '--');
    return parseArgs({ args, options }).values;
  } catch (error) {
    return usage(
      `Failed to read the flags: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
