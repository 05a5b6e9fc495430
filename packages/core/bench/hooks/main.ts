import process from 'node:process';
import {
  count,
  exitCodes,
  newCommand,
  runTool,
  UsageError,
  valueOption,
} from '../../src/command-line/index.ts';
import { partsOf } from '../parts.ts';
import { writeDocument } from './document.ts';
import { asJson, asMarkdown, asText } from './print.ts';
import { rows } from './rows.ts';
import { type RowResult, runRow } from './run.ts';

interface Flags {
  readonly events: number;
  readonly rounds: number;
  readonly only: readonly string[];
  readonly json: boolean;
  readonly markdown: boolean;
  readonly document: boolean;
  readonly check: boolean;
}

const ids = rows.map(({ id }) => id);
const defaults: Flags = {
  events: 100_000,
  rounds: 9,
  only: ids,
  json: false,
  markdown: false,
  document: false,
  check: false,
};

const command = newCommand(
  'pnpm bench',
  'Compares the hooks with their peers on the same work, in one run.',
)
  .addOption(
    valueOption(
      '--events <n>',
      'emits per run, of which slow peers get a share (default: 100000)',
      count(1, 100_000_000, '100000'),
    ),
  )
  .addOption(
    valueOption(
      '--rounds <n>',
      'interleaved rounds; figures are medians (default: 9)',
      count(1, 10_000, '9'),
    ),
  )
  .addOption(valueOption('--only <rows>', 'rows whose id starts with one of these', partsOf(ids)))
  .option('--json', 'one JSON document on stdout')
  .option('--markdown', 'one table on stdout')
  .option('--document', 'writes that table into docs/benchmarks.md')
  .option('--check', 'exit 1 when a goal is missed')
  .addHelpText('after', `\nRows: ${ids.join(' ')}`);

await runTool(command, { defaults }, async (flags) => {
  const { events, rounds } = flags;
  const options = { events, rounds };
  const chosen = rows.filter(({ id }) => flags.only.includes(id));
  if (flags.document && chosen.length < rows.length) {
    throw new UsageError({
      given: '--document',
      cause: '--only leaves rows out',
      remedy: 'Use one of the two.',
    });
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
  // Some of the peers keep the process alive.
  process.exit(flags.check && missed.length > 0 ? exitCodes.checkFailed : exitCodes.asExpected);
});
