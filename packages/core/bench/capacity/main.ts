import process from 'node:process';
import { count, readFlags, usage } from '../command-line.ts';
import type { Findings } from './goal.ts';
import { checkLongTrace } from './long-trace.ts';
import { asJson, asMarkdown, asText } from './print.ts';
import { progressOf } from './progress.ts';
import { checkRandomPools } from './random-pools.ts';
import { checkVariedWaits } from './varied-waits.ts';
import { checkWorkedExamples } from './worked-examples.ts';

const names = ['examples', 'trace', 'pools', 'waits'] as const;

const help = `Holds what capacity planning promises against measurement.

node packages/core/bench/capacity/main.ts [options]

  --only=pools,waits  parts: ${names.join(', ')}
  --seed=1            of everything that is random
  --pools=200         random M/M/c/K pools, each run as a real pool under virtual time
  --case=<name>       one M/G/c load of --only=waits, as a miss prints it
  --events=300000     of each worked configuration
  --rows=1000000      of the trace
  --json              one JSON document on stdout, with every single figure
  --markdown          one table on stdout
  --check             exit 1 when a goal is missed
`;

const flags = readFlags(
  {
    only: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    pools: { type: 'string', default: '200' },
    case: { type: 'string' },
    events: { type: 'string', default: '300000' },
    rows: { type: 'string', default: '1000000' },
    json: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
  },
  help,
);
const seed = count('seed', flags.seed);
const pools = count('pools', flags.pools);
const events = count('events', flags.events);
const rows = count('rows', flags.rows);

const parts: Record<(typeof names)[number], () => Findings | Promise<Findings>> = {
  examples: () => checkWorkedExamples(events, seed, progressOf('examples')),
  trace: () => checkLongTrace(rows, seed, progressOf('trace')),
  pools: () => checkRandomPools(pools, seed, progressOf('pools')),
  waits: () => checkVariedWaits(seed, progressOf('waits'), flags.case),
};

const prefixes = flags.only.split(',');
const chosen = names.filter((name) => prefixes.some((prefix) => name.startsWith(prefix)));
if (chosen.length === 0) {
  usage(`Failed to read --only: no part starts with "${flags.only}". See --help.`);
}

const isText = !flags.json && !flags.markdown;
const found: Record<string, Findings> = {};
if (isText) console.log(`seed ${seed}`);
for (const name of chosen) {
  const findings = await parts[name]();
  found[name] = findings;
  if (isText) for (const goal of findings.goals) console.log(asText(goal));
  for (const { what, replay } of findings.misses) console.error(`  ${what}\n    ${replay}`);
}
if (flags.json) console.log(asJson(found, { seed, pools, events, rows }));
if (flags.markdown) console.log(asMarkdown(found));
const missed = Object.values(found).flatMap(({ goals }) => goals.filter(({ isMet }) => !isMet));
if (missed.length > 0) console.error(`Goals missed: ${missed.map(({ what }) => what).join('; ')}`);
process.exit(flags.check && missed.length > 0 ? 1 : 0);
