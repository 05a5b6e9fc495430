import { styleText } from 'node:util';
import {
  choose,
  count,
  exitCodes,
  newCommand,
  repeatableOption,
  runTool,
  UsageError,
  valueOption,
} from '@firedrill/core/command-line';
import { findBug, type Found, loadBank, shrinkBug, type Shrunk } from './planted/find-bug.ts';
import { shrunkLine, sumOfShrunk } from './planted/shrunk.ts';
import { writeTable } from './planted/table.ts';
import { chosen } from './rules/plan.ts';
import { exampleNames } from './workspace.ts';

const command = newCommand(
  'pnpm planted',
  'Lets random storms loose on each planted bug of each example until one breaks a rule, and says which ' +
    'rule found it, after how many seeds. Exits 1 when a bug was not found.',
)
  .usage('[example...] [options]')
  .addOption(
    valueOption(
      '--seeds <n>',
      'storms at the most for each bug (default: 200)',
      count(1, 100_000, '200'),
    ),
  )
  .addOption(repeatableOption('--bug <name>', 'only this one; several, each with its flag'))
  .option('--shrink', 'make each storm that broke one as small as it gets')
  .option('--document', 'write the tables of these examples into docs/planted-bugs.md');

interface Flags {
  readonly seeds: number;
  readonly bug: readonly string[];
  readonly shrink?: true;
  readonly document?: true;
}

/** Refuses the name of a bug that no example has. */
function mustBeKnown(given: readonly string[], names: readonly string[]): void {
  for (const bug of given) {
    if (names.includes(bug)) continue;
    throw new UsageError({
      given: `--bug=${bug}`,
      cause: 'no bank of these examples has such a bug',
      remedy: choose(bug, names),
    });
  }
}

await runTool<Flags>(
  command,
  { defaults: { seeds: 200, bug: [] }, takesWords: true },
  async (flags, words) => {
    if (flags.bug.length > 0 && flags.document === true) {
      throw new UsageError({
        given: '--bug --document',
        cause: 'a table tells of every bug of an example',
        remedy: 'Leave out one of the two.',
      });
    }
    let missed = 0;
    const examples = chosen(words, exampleNames());
    const banks = new Map(
      await Promise.all(examples.map(async (name) => [name, await loadBank(name)] as const)),
    );
    mustBeKnown(
      flags.bug,
      [...banks.values()].flatMap(({ bugs }) => bugs.map(({ name }) => name)),
    );
    const shrunk: Shrunk[] = [];
    for (const [name, bank] of banks) {
      const bugs = bank.bugs.filter(
        (each) => flags.bug.length === 0 || flags.bug.includes(each.name),
      );
      if (bugs.length === 0) continue;
      console.log(styleText('bold', `${name}: ${bugs.length} of ${bank.bugs.length} planted bugs`));
      const rows: Found[] = [];
      for (const bug of bugs) {
        const found = await findBug(bank, bug, flags.seeds);
        rows.push(found);
        if (found.rule === undefined) missed += 1;
        const what =
          found.rule === undefined
            ? styleText('red', `not found in ${flags.seeds} seeds`)
            : `${found.rule}, seed ${found.seeds}`;
        console.log(`  ${bug.name.padEnd(36)} ${what}, ${found.cpuSeconds.toFixed(1)} s CPU`);
        if (flags.shrink === undefined || found.failed === undefined) continue;
        const small = await shrinkBug(bank, bug, found.failed);
        shrunk.push(small);
        console.log(`  ${' '.repeat(36)} ${shrunkLine(small)}`);
      }
      if (flags.document === true) await writeTable(name, rows, flags.seeds);
    }
    if (shrunk.length > 0) console.log(sumOfShrunk(shrunk));
    console.log(
      missed === 0 ? styleText('green', 'All found.') : styleText('red', `${missed} not found.`),
    );
    return missed === 0 ? exitCodes.asExpected : exitCodes.checkFailed;
  },
);
