import process from 'node:process';
import { count, readFlags, usage } from '../command-line.ts';
import { writeDocument } from './document.ts';
import { asJson, asMarkdown, asText } from './print.ts';
import { rows } from './rows.ts';
import { type RowResult, runRow } from './run.ts';

const help = `Compares the hooks with their peers on the same work, in one run.

node packages/core/bench/hooks/main.ts [options]

  --events=100000   emits per run (slow peers get a share of them)
  --rounds=9        interleaved rounds; figures are medians
  --only=async,heap rows whose id starts with one of these: ${rows.map(({ id }) => id).join(' ')}
  --json            one JSON document on stdout
  --markdown        one table on stdout
  --document        writes that table into docs/benchmarks.md
  --check           exit 1 when a goal is missed
`;

const flags = readFlags(
  {
    events: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '9' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
    document: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
  },
  help,
);
const options = { events: count('events', flags.events), rounds: count('rounds', flags.rounds) };
const prefixes = flags.only.split(',');
const chosen = rows.filter(({ id }) => prefixes.some((prefix) => id.startsWith(prefix)));
if (chosen.length === 0) {
  usage(`Failed to read --only: no row starts with "${flags.only}". See --help.`);
}

if (flags.document && chosen.length < rows.length) {
  usage('Failed to document the benchmark: --only leaves rows out. Use one of the two.');
}

const isText = !flags.json && !flags.markdown;
const results: RowResult[] = [];
for (const row of chosen) {
  const result = await runRow(row, options);
  results.push(result);
  if (isText) console.log(asText(result));
  else console.error(`${row.id} done`);
}
if (flags.json) console.log(asJson(results, options));
if (flags.markdown) console.log(asMarkdown(results));
if (flags.document) writeDocument(results, options);
const missed = results
  .filter(({ verdicts }) => verdicts.some(({ isMet }) => !isMet))
  .map(({ row }) => row.id);
if (missed.length > 0) console.error(`Goals missed: ${missed.join(', ')}`);
process.exit(flags.check && missed.length > 0 ? 1 : 0);
