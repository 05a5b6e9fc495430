import { randomUUID } from 'node:crypto';
import { EventStoreError } from '@firedrill/core/event-store';
import { runScenario } from '@firedrill/core/scenario';
import { CommandError, readFlags, wholeNumber } from '../log/command.ts';
import { exampleOnStore } from './example-on-store.ts';
import { openPostgresStore } from './postgres-store.ts';
import { printer } from './printer.ts';
import { realTime } from './real-time.ts';
import { shortDay } from './short-day.ts';

const help = `Runs the storm on a real clock, with the events of the hardened platform on PostgreSQL.

  pnpm --filter audit-compliance start -- --scenario=recovery --store=postgres://… [options]

  --seconds=N     length of the storm (default 40)
  --seed=N        another morning (default 1); in real time no two runs are the same
  --keep          keeps the events, in a schema that is named in the first line
  --help          prints this

Every rule decides but the objectives: times are the machine's, and are shown alone.

Exit code 0: the hardened platform keeps every rule. 1: it does not. 2: it could not be started.
`;

const options = {
  scenario: { type: 'string', default: 'recovery' },
  store: { type: 'string' },
  seconds: { type: 'string', default: '40' },
  seed: { type: 'string', default: '1' },
  keep: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Runs the recovery scenario on a real store. Resolves to the exit code. */
export async function runOnStore(argv: readonly string[]): Promise<number> {
  const { values } = readFlags(argv, options);
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const { scenario, store: url = '', keep } = values;
  if (scenario !== 'recovery') {
    throw new CommandError(
      `Failed to use --scenario=${scenario} with --store: on a real clock there is recovery alone. ` +
        'Leave --store out, or use --scenario=recovery.',
    );
  }
  if (!/^postgres(?:ql)?:\/\//.test(url)) {
    throw new CommandError(
      `Failed to use --store=${url}: it names no server. Use postgres://user:password@host:5432/database.`,
    );
  }
  const seconds = numberOf('seconds', values.seconds, 10, 3_600);
  const seed = numberOf('seed', values.seed, 0, Number.MAX_SAFE_INTEGER);
  const schema = `clinic_${randomUUID().slice(0, 8)}`;
  const store = await openPostgresStore(url, schema).catch((error: unknown) => {
    if (error instanceof EventStoreError) throw new CommandError(error.message);
    throw error;
  });
  const leave = keep ? store.close : store.drop;
  const onInterrupt = (): void => {
    void leave().finally(() => process.exit(130));
  };
  process.once('SIGINT', onInterrupt);
  try {
    say(`Two phases of ${seconds} s in real time; events in the schema ${schema}.`);
    const { isAsDeclared, reason } = await runScenario(
      exampleOnStore(store, seconds),
      { scenario, seed, settings: shortDay(), time: realTime, proof: 'none', replay: '', next: '' },
      printer(say),
    );
    say(`\n${isAsDeclared ? 'As expected' : 'FAILED'}: ${reason}`);
    return isAsDeclared ? 0 : 1;
  } finally {
    process.off('SIGINT', onInterrupt);
    await leave();
  }
}

function numberOf(flag: string, text: string, least: number, most: number): number {
  const value = wholeNumber(text);
  if (value !== undefined && value >= least && value <= most) return value;
  throw new CommandError(
    `Failed to use --${flag}=${text}: use a whole number from ${least} to ${most}.`,
  );
}
