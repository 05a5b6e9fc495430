import {
  count,
  exitCodes,
  newCommand,
  runTool,
  valueOption,
} from '../../src/command-line/index.ts';
import { partsOf } from '../parts.ts';
import { progressOf } from '../progress.ts';
import { measureBesideEmmett } from './emmett.ts';
import { measureGrowth } from './growth.ts';
import { isMet, type Row } from './measure.ts';

const names = ['emmett', 'growth'] as const;

interface Flags {
  readonly only: readonly (typeof names)[number][];
  readonly events: number;
  readonly json: boolean;
  readonly check: boolean;
}

const defaults: Flags = { only: names, events: 1_000_000, json: false, check: false };

const command = newCommand(
  'pnpm --filter @firedrill/core bench:event-store',
  'Measures the event store on PostgreSQL: beside emmett-postgresql, and as it grows.',
)
  .addOption(valueOption('--only <parts>', `some of ${names.join(',')}`, partsOf(names)))
  .addOption(
    valueOption(
      '--events <n>',
      'of the large store of --only=growth (default: 1000000)',
      count(1_000, 100_000_000, '1000000'),
    ),
  )
  .option('--json', 'one JSON document on stdout')
  .option('--check', 'exit 1 when a goal is missed')
  .addHelpText(
    'after',
    '\nDATABASE_URL says which server; the benchmark makes databases of its own there, and drops them.',
  );

await runTool(command, { defaults }, async (flags) => {
  const parts: Record<(typeof names)[number], () => Promise<Row[]>> = {
    emmett: () => measureBesideEmmett(progressOf('emmett')),
    growth: () => measureGrowth(flags.events, progressOf('growth')),
  };
  const rows: Row[] = [];
  for (const name of flags.only) rows.push(...(await parts[name]()));
  const judged = rows.map((row) => ({ ...row, isMet: isMet(row) }));
  console.log(
    flags.json
      ? JSON.stringify({ node: process.version, rows: judged }, undefined, 2)
      : judged.map((row) => asText(row)).join('\n'),
  );
  return flags.check && judged.some((row) => !row.isMet)
    ? exitCodes.checkFailed
    : exitCodes.asExpected;
});

function asText(row: Row): string {
  const figures = Object.entries(row.figures).map(([name, value]) => `${name} ${figure(value)}`);
  const { goal } = row;
  if (goal === undefined) return `       ${row.what}\n       ${figures.join(', ')}`;
  const bound = 'min' in goal ? `at least ${goal.min}` : `at most ${goal.max}`;
  return (
    `${isMet(row) ? 'met   ' : 'MISSED'} ${row.what}\n` +
    `       ${figures.join(', ')}: ratio ${row.ratio.toFixed(2)}, must be ${bound}`
  );
}

function figure(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return value < 100 ? value.toFixed(2) : value.toFixed(0);
}
