import process from 'node:process';
import { readFlags, usage } from '../command-line.ts';
import { progressOf } from '../capacity/progress.ts';
import { measureBesideEmmett } from './emmett.ts';
import { measureGrowth } from './growth.ts';
import { isMet, type Row } from './measure.ts';

const names = ['emmett', 'growth'] as const;

const help = `Measures the event store on PostgreSQL: beside emmett-postgresql, and as it grows.

node packages/core/bench/event-store/main.ts [options]

  --only=emmett       parts: ${names.join(', ')}
  --events=1000000    of the large store of --only=growth
  --json              one JSON document on stdout
  --check             exit 1 when a goal is missed

DATABASE_URL says which server; the benchmark makes databases of its own there, and drops them.
`;

const flags = readFlags(
  {
    only: { type: 'string', default: names.join(',') },
    events: { type: 'string', default: '1000000' },
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
  },
  help,
);
const events = Number(flags.events);
if (!Number.isSafeInteger(events) || events < 1_000) {
  usage(`Failed to read --events: "${flags.events}" is no integer of at least 1000.`);
}
const chosen = new Set(
  flags.only
    .split(',')
    .map(
      (text) =>
        names.find((name) => name === text) ??
        usage(`Failed to read --only: "${text}" is none of ${names.join(', ')}.`),
    ),
);

const parts: Record<(typeof names)[number], () => Promise<Row[]>> = {
  emmett: () => measureBesideEmmett(progressOf('emmett')),
  growth: () => measureGrowth(events, progressOf('growth')),
};
const rows: Row[] = [];
for (const name of names) {
  if (chosen.has(name)) rows.push(...(await parts[name]()));
}

const judged = rows.map((row) => ({ ...row, isMet: isMet(row) }));
console.log(
  flags.json
    ? JSON.stringify({ node: process.version, rows: judged }, undefined, 2)
    : judged.map((row) => asText(row)).join('\n'),
);
if (flags.check && judged.some((row) => !row.isMet)) process.exitCode = 1;

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
