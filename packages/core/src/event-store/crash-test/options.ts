import { parseArgs } from 'node:util';

export const usage = `Usage: pnpm crash-test [options]

Kills processes that append and project events, again and again, and counts what became of the events.
Exit code 0 when everything adds up, 1 when it does not, 2 when it could not run.

Options:
  --seconds=60          how long processes are killed on PostgreSQL
  --database-url=URL    the server; a database of the test's own is made there and dropped.
                        Default: DATABASE_URL, or postgres://postgres@127.0.0.1:5432/postgres
  --only=PART           postgres or embedded. Default: both
  --seed=N              of what is appended and killed when; the processes themselves are real,
                        so a seed does not repeat a run. Default: drawn
  --help                this text
`;

export type PartName = 'postgres' | 'embedded';

export interface CrashTestOptions {
  readonly seconds: number;
  readonly databaseUrl: string;
  readonly only: PartName | undefined;
  readonly seed: number;
  readonly help: boolean;
}

/** The command line cannot be understood. */
export class UsageError extends Error {}

/** @throws UsageError naming the flag, the value and the remedy. */
export function parseOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): CrashTestOptions {
  // pnpm hands its own separator on.
  const own = args[0] === '--' ? args.slice(1) : [...args];
  const values = parse(own);
  const { only } = values;
  if (only !== undefined && only !== 'postgres' && only !== 'embedded') {
    throw new UsageError(`--only must be postgres or embedded, got ${only}.`);
  }
  return {
    seconds: wholeNumber('--seconds', values.seconds ?? '60', 1),
    databaseUrl: databaseUrl(
      values['database-url'] ??
        env['DATABASE_URL'] ??
        'postgres://postgres@127.0.0.1:5432/postgres',
    ),
    only,
    seed: wholeNumber('--seed', values.seed ?? String(Math.floor(Math.random() * 1_000_000)), 0),
    help: values.help ?? false,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        seconds: { type: 'string' },
        'database-url': { type: 'string' },
        only: { type: 'string' },
        seed: { type: 'string' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(flag: string, text: string, min: number): number {
  const value = Number(text);
  if (text !== '' && Number.isSafeInteger(value) && value >= min) return value;
  throw new UsageError(`${flag} must be a whole number of at least ${min}, got ${text}.`);
}

function databaseUrl(text: string): string {
  if (URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol)) return text;
  throw new UsageError(
    `--database-url must be like postgres://user:password@host:5432/database, got ${text}.`,
  );
}
