import { randomUUID } from 'node:crypto';
import { EventStoreError } from '@firedrill/core/event-store';
import { rules } from '../checks.ts';
import { CommandError, readFlags } from '../command.ts';
import { createHardenedOn } from '../implementations/5-hardened.ts';
import { implementations } from '../implementations/index.ts';
import type { ClinicPhase } from '../measurements.ts';
import { summarize } from '../measurements.ts';
import { openPostgresStores } from './postgres-stores.ts';
import { type RealPhaseOptions, runRealPhase, type Violations } from './real-phase.ts';
import { shortDay } from './short-day.ts';

const help = `Runs the storm on a real clock, with the events of the hardened platform on PostgreSQL.

  pnpm --filter audit-compliance start -- --scenario=recovery --store=postgres://… [options]

  --seconds=N     length of the storm (default 40)
  --seed=N        another morning (default 1); in real time no two runs are the same
  --keep          keeps the events, in a schema that is named in the first line
  --help          prints this

Exit code 0: all invariants hold. 1: one does not. 2: it could not be started.
`;

const options = {
  scenario: { type: 'string', default: 'recovery' },
  store: { type: 'string' },
  seconds: { type: 'string', default: '40' },
  seed: { type: 'string', default: '1' },
  keep: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** Runs the recovery scenario on a real store. Resolves to the exit code. */
export async function runOnStore(argv: readonly string[]): Promise<number> {
  const { values } = readFlags(argv, options);
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const { scenario, store: url = '' } = values;
  const schema = `clinic_${randomUUID().slice(0, 8)}`;
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
  const seconds = wholeNumber('seconds', values.seconds, 10);
  const seed = wholeNumber('seed', values.seed, 0);
  const settings = shortDay();
  const stores = await openPostgresStores(url, schema).catch((error: unknown) => {
    if (error instanceof EventStoreError) throw new CommandError(error.message);
    throw error;
  });
  say(`Two phases of ${seconds} s in real time; events in the schema ${schema}.`);

  const direct = implementations.find(({ name }) => name === 'direct-calls');
  if (direct === undefined) throw new Error('There are no direct calls.');
  const phaseOf = (title: string, create: RealPhaseOptions['create']) => {
    say(`\n${title}`);
    const onText = (text: string): void => say(`  ${text}`);
    return runRealPhase({ settings, seed, seconds, create, onText });
  };
  const broken = await phaseOf(direct.title, direct.create);
  report(broken.phase, broken.violations);
  const repaired = await phaseOf(
    '5. hardened',
    createHardenedOn(() => stores),
  );
  const failed = report(repaired.phase, repaired.violations);
  await (values.keep ? stores.close() : stores.drop());
  say(
    failed === 0
      ? '\nAs expected: all invariants hold on the hardened platform.'
      : `\nFAILED: ${failed} invariants did not hold on the hardened platform.`,
  );
  return failed === 0 ? 0 : 1;
}

/** Prints figures and rules; objectives are the machine's, and decide nothing. Gives the broken ones. */
function report(phase: ClinicPhase, violations: Violations): number {
  const figures = summarize(phase);
  for (const name of ['requests', 'crashes', 'accesses', 'entries', 'missing', 'lostInMemory']) {
    say(`  ${name}: ${figures[name] ?? 0}`);
  }
  say(`  answers: p50 ${ms(figures['answerP50Ms'])}, p99 ${ms(figures['answerP99Ms'])}`);
  let failed = 0;
  for (const rule of rules) {
    const { holds, observed } = rule.evaluate(phase);
    const isDecisive = rule.kind === 'invariant';
    if (!holds && isDecisive) failed += 1;
    const verdict = holds ? 'ok    ' : isDecisive ? 'BROKEN' : 'slow  ';
    say(`  ${verdict} ${rule.title}: ${observed}`);
    const first = violations.get(rule.name);
    if (!holds && first !== undefined) say(`         first: ${first}`);
  }
  return failed;
}

const ms = (value = 0): string => `${Math.round(value)} ms`;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function wholeNumber(flag: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new CommandError(
    `Failed to use --${flag}=${text}: use a whole number of ${least} or more.`,
  );
}
