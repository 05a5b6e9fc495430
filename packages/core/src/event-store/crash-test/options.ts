import {
  count,
  newCommand,
  oneOf,
  type ReadValue,
  seed,
  UsageError,
  valueOption,
} from '../../command-line/index.ts';

export const partNames = ['postgres', 'embedded'] as const;
export type PartName = (typeof partNames)[number];

export interface CrashTestOptions {
  /** How long processes are killed, in each part. */
  readonly seconds: number;
  readonly databaseUrl?: string;
  /** Both when it is undefined. */
  readonly only?: PartName;
  readonly seed: number;
}

/** Longer than a day is a typing error. */
const mostSeconds = 86_400;

/** The flags of `pnpm crash-test`. */
export function declareCrashTest() {
  return newCommand(
    'pnpm crash-test',
    'Kills processes that append and project events, again and again, and counts what became of the events.',
  )
    .addOption(
      valueOption(
        '--seconds <n>',
        'how long processes are killed, in each part; starting and counting come on top (default: 60)',
        count(1, mostSeconds, '60'),
      ),
    )
    .addOption(
      valueOption(
        '--database-url <url>',
        "the server; a database of the test's own is made there and dropped (default: DATABASE_URL, " +
          'or postgres://postgres@127.0.0.1:5432/postgres)',
        databaseUrl,
      ),
    )
    .addOption(
      valueOption('--only <part>', 'postgres or embedded (default: both)', oneOf(partNames)),
    )
    .addOption(
      valueOption(
        '--seed <n>',
        'of what is appended and killed when; the processes are real, so it repeats no run (default: drawn)',
        seed,
      ),
    )
    .addHelpText(
      'after',
      '\nExit code 0: everything adds up. 1: it does not. 2: it could not run.',
    );
}

export const crashTestDefaults = (): CrashTestOptions => ({
  seconds: 60,
  seed: Math.floor(Math.random() * 1_000_000),
});

/**
 * The server: as the flag says, or the environment, or the one that usually runs here.
 *
 * @throws UsageError when DATABASE_URL is no URL of PostgreSQL
 */
export function serverOf(
  { databaseUrl: given }: Pick<CrashTestOptions, 'databaseUrl'>,
  env: Readonly<Record<string, string | undefined>>,
): string {
  if (given !== undefined) return given;
  const url = env['DATABASE_URL'];
  if (url) return checkUrl(url, `DATABASE_URL=${url}`);
  return 'postgres://postgres@127.0.0.1:5432/postgres';
}

const databaseUrl: ReadValue<string> = (option, text) => checkUrl(text, `--${option}=${text}`);

function checkUrl(text: string, given: string): string {
  if (URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol)) return text;
  throw new UsageError({
    given,
    cause: 'it is no PostgreSQL URL',
    remedy: 'Write it as postgres://user:password@host:5432/database.',
  });
}
