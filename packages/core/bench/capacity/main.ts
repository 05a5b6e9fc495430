import process from 'node:process';
import {
  count,
  defaultSeed,
  exitCodes,
  newCommand,
  runTool,
  seed,
  valueOption,
} from '../../src/command-line/index.ts';
import { partsOf } from '../parts.ts';
import { progressOf } from '../progress.ts';
import type { Findings } from './goal.ts';
import { checkBurstyPools } from './bursty-pools.ts';
import { checkLongTrace } from './long-trace.ts';
import { asJson, asMarkdown, asText } from './print.ts';
import { checkRandomPools } from './random-pools.ts';
import { checkVariedWaits } from './varied-waits.ts';
import { checkWorkedExamples } from './worked-examples.ts';

const names = ['examples', 'trace', 'pools', 'bursty', 'waits'] as const;

interface Flags {
  readonly only: readonly (typeof names)[number][];
  readonly seed: number;
  readonly pools: number;
  readonly runs: number;
  readonly case?: string;
  readonly events: number;
  readonly rows: number;
  readonly json: boolean;
  readonly markdown: boolean;
  readonly check: boolean;
}

const defaults: Flags = {
  only: names,
  seed: defaultSeed,
  pools: 200,
  runs: 20_000,
  events: 300_000,
  rows: 1_000_000,
  json: false,
  markdown: false,
  check: false,
};

const most = 100_000_000;
const command = newCommand(
  'pnpm --filter @firedrill/core bench:capacity',
  'Holds what capacity planning promises against measurement.',
)
  .addOption(valueOption('--only <parts>', `some of ${names.join(',')}`, partsOf(names)))
  .addOption(valueOption('--seed <n>', 'of everything that is random (default: 1)', seed))
  .addOption(
    valueOption(
      '--pools <n>',
      'random M/M/c/K pools, each run as a real pool under virtual time (default: 200)',
      count(1, most, '200'),
    ),
  )
  .addOption(
    valueOption(
      '--runs <n>',
      'events of each of the thirty runs of --only=bursty (default: 20000)',
      count(100, most, '20000'),
    ),
  )
  .addOption(valueOption('--case <name>', 'one M/G/c load of --only=waits, as a miss prints it'))
  .addOption(
    valueOption(
      '--events <n>',
      'of each worked configuration (default: 300000)',
      count(1, most, '300000'),
    ),
  )
  .addOption(
    valueOption('--rows <n>', 'of the trace (default: 1000000)', count(1, most, '1000000')),
  )
  .option('--json', 'one JSON document on stdout, with every single figure')
  .option('--markdown', 'one table on stdout')
  .option('--check', 'exit 1 when a goal is missed');

await runTool(command, { defaults }, async (flags) => {
  const { seed: chosenSeed, pools, runs, events, rows } = flags;
  const parts: Record<(typeof names)[number], () => Findings | Promise<Findings>> = {
    examples: () => checkWorkedExamples(events, chosenSeed, progressOf('examples')),
    trace: () => checkLongTrace(rows, chosenSeed, progressOf('trace')),
    pools: () => checkRandomPools(pools, chosenSeed, progressOf('pools')),
    bursty: () => checkBurstyPools(runs, chosenSeed, progressOf('bursty')),
    waits: () => checkVariedWaits(chosenSeed, progressOf('waits'), flags.case),
  };
  const isText = !flags.json && !flags.markdown;
  const found: Record<string, Findings> = {};
  if (isText) console.log(`seed ${chosenSeed}`);
  for (const name of flags.only) {
    const findings = await parts[name]();
    found[name] = findings;
    if (isText) for (const goal of findings.goals) console.log(asText(goal));
    for (const { what, replay } of findings.misses) console.error(`  ${what}\n    ${replay}`);
  }
  if (flags.json) console.log(asJson(found, { seed: chosenSeed, pools, runs, events, rows }));
  if (flags.markdown) console.log(asMarkdown(found));
  const missed = Object.values(found).flatMap(({ goals }) => goals.filter(({ isMet }) => !isMet));
  if (missed.length > 0) {
    console.error(`Goals missed: ${missed.map(({ what }) => what).join('; ')}`);
  }
  process.exit(flags.check && missed.length > 0 ? exitCodes.checkFailed : exitCodes.asExpected);
});
