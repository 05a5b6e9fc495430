import type { Comparison, PointOfNoReturn, Proof, Trial } from '../../scenario/record.ts';
import { formatName, formatValue, plural } from '../../scenario/format.ts';
import { renderGrid } from './grid.ts';
import { hang, padTo, type Paint } from './text.ts';

/** Whether a trial bears the claim out; one that claims nothing only shows something. */
export function trialWord({ kind, isAsClaimed }: Trial): 'as claimed' | 'NOT SO' | 'shows' {
  if (kind === 'without-one' || kind === 'one-alone') return 'shows';
  return isAsClaimed ? 'as claimed' : 'NOT SO';
}

const trialFormats = { 'as claimed': 'green', 'NOT SO': 'red', shows: 'cyan' } as const;

const names = (signs: Trial['signs']): string =>
  signs.map(({ name }) => formatName(name)).join(', ');

/**
 * What a trial shows. Where nothing is claimed there are as many trials as conditions, twice over: it
 * says which signs are there and gives the figures of those alone that are not as they were.
 */
export function trialText({ kind, signs, text }: Trial): string {
  if (kind !== 'without-one' && kind !== 'one-alone') return text;
  const label = labelOf(text, signs[0]?.name ?? '');
  const there = signs.filter(({ isPresent }) => isPresent);
  const gone = signs.filter(({ isPresent }) => !isPresent);
  if (gone.length === 0) return `${label}: every sign is there`;
  if (there.length === 0) return `${label}: no sign is there`;
  return `${label}: there are ${names(there)}, not ${gone
    .map(({ name, observed, usual }) => `${formatName(name)} (${observed} instead of ${usual})`)
    .join(', ')}`;
}

/** What stands before the first sign in the text of a trial. */
function labelOf(text: string, firstSign: string): string {
  const at = text.indexOf(`: ${formatName(firstSign)} `);
  return at < 0 ? text : text.slice(0, at);
}

/** One run with some of the conditions taken away. */
export function trialLines(trial: Trial, width: number, paint: Paint): string[] {
  const word = trialWord(trial);
  return hang(`  ${paint(trialFormats[word], padTo(word, 10))}  `, trialText(trial), width);
}

/** The first lines of a trial, as many as it takes to say which conditions were taken away. */
export function trialHeading(trial: Trial, width: number, paint: Paint): string[] {
  const label = `${labelOf(trial.text, trial.signs[0]?.name ?? '')}:`;
  const { length } = hang(padTo('', 14), label, width);
  return trialLines(trial, width, paint).slice(0, length);
}

/** Whether the cause is one. */
export const proofWord = ({ isProven }: Proof): 'PROVEN' | 'NOT PROVEN' =>
  isProven ? 'PROVEN' : 'NOT PROVEN';

/** What was proven, without the word that stands before it. */
export const proofText = ({ text }: Proof): string => text.replace(/^(?:not )?proven:? /, '');

/** Whether the cause was proven. */
export function proofLines(proof: Proof, width: number, paint: Paint): string[] {
  const format = proof.isProven ? 'green' : 'red';
  const word = paint(['bold', format], padTo(proofWord(proof), 10));
  return hang(`  ${word}  `, proofText(proof), width);
}

/** How late the repaired system may take over. */
export function noReturnLines({ text }: PointOfNoReturn, width: number, paint: Paint): string[] {
  return hang(`  ${paint('bold', padTo('NO RETURN', 10))}  `, text, width);
}

const changeFormats = { better: 'green', worse: 'red', other: 'dim', same: 'dim' } as const;

/** The rows that changed, in the order of the table. */
export const changedRows = ({ rows }: Comparison): Comparison['rows'] =>
  rows.filter(({ change }) => change !== 'same');

/** What a change is, in a word: a figure may only have gone up or down, or not be there. */
export function changeWord({ before, after, change }: Comparison['rows'][number]): string {
  if (before === null) return 'only here';
  if (after === null) return 'not measured here';
  return change === 'other' ? 'different' : change;
}

/** What got better and what got worse than in the run without the changes. */
export function changeLines(
  comparison: Comparison,
  title: string,
  width: number,
  paint: Paint,
): string[] {
  const { against, rows } = comparison;
  const heading = hang('', `${title} beside ${against}`, width).map((line) => paint('bold', line));
  const changed = changedRows(comparison);
  if (changed.length === 0) return [...heading, '  every figure as before'];
  const grid = renderGrid({
    width: width - 2,
    heading: (line) => paint('dim', line),
    columns: [
      { heading: 'measured', align: 'left' },
      { heading: 'default', align: 'right' },
      { heading: 'here', align: 'right' },
      { heading: '', align: 'left' },
    ],
    rows: changed.map((row) => {
      const { label, unit, before, after, change } = row;
      return [
        label,
        formatValue(before, unit),
        paint(changeFormats[change], formatValue(after, unit)),
        paint(changeFormats[change], changeWord(row)),
      ];
    }),
  });
  const same = rows.length - changed.length;
  const rest = same === 0 ? [] : [paint('dim', `  ${plural(same, 'figure')} as before`)];
  return [...heading, ...grid.map((line) => `  ${line}`), ...rest];
}
