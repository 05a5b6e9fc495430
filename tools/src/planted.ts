import { styleText } from 'node:util';
import { count, exitCodes, newCommand, runTool, valueOption } from '@firedrill/core/command-line';
import { findBug, type Found, loadBank } from './planted/find-bug.ts';
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
  .option('--document', 'write the tables of these examples into docs/planted-bugs.md');

interface Flags {
  readonly seeds: number;
  readonly document?: true;
}

await runTool<Flags>(
  command,
  { defaults: { seeds: 200 }, takesWords: true },
  async (flags, words) => {
    let missed = 0;
    for (const name of chosen(words, exampleNames())) {
      const bank = await loadBank(name);
      console.log(styleText('bold', `${name}: ${bank.bugs.length} planted bugs`));
      const rows: Found[] = [];
      for (const bug of bank.bugs) {
        const found = await findBug(bank, bug, flags.seeds);
        rows.push(found);
        if (found.rule === undefined) missed += 1;
        const what =
          found.rule === undefined
            ? styleText('red', `not found in ${flags.seeds} seeds`)
            : `${found.rule}, seed ${found.seeds}`;
        console.log(`  ${bug.name.padEnd(36)} ${what}, ${found.cpuSeconds.toFixed(1)} s CPU`);
      }
      if (flags.document === true) await writeTable(name, rows, flags.seeds);
    }
    console.log(
      missed === 0 ? styleText('green', 'All found.') : styleText('red', `${missed} not found.`),
    );
    return missed === 0 ? exitCodes.asExpected : exitCodes.checkFailed;
  },
);
