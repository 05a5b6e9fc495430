import type { RunFinished, Verdict } from '../../scenario/record.ts';
import { formatDuration, formatValue } from '../../scenario/format.ts';
import type { PhaseState } from '../run-state.ts';
import { hang, padTo, type Paint, printable } from './text.ts';

/** What a phase came to, in a word. */
export const outcomeWord = ({ outcome }: Pick<Verdict, 'outcome'>): 'BROKEN' | 'SURVIVED' =>
  outcome === 'broken' ? 'BROKEN' : 'SURVIVED';

/** Whether that is what the scenario declares, in a sentence. */
export function declaredText({ outcome, declared, isAsDeclared }: Verdict): string {
  if (!isAsDeclared && outcome === declared) {
    return 'Not as declared: it breaks, but not with every sign of the incident.';
  }
  const what = declared === 'broken' ? 'it breaks' : 'it survives';
  return isAsDeclared
    ? `The scenario declares that ${what}.`
    : `Not as declared: the scenario says that ${what}.`;
}

/** Broken, with what, or survived; and whether that was declared. */
export function verdictLines(
  { title, verdict }: Pick<PhaseState, 'title' | 'verdict'>,
  width: number,
  paint: Paint,
): string[] {
  if (verdict === undefined) return [];
  const format = verdict.outcome === 'broken' ? 'red' : 'green';
  const under = ' '.repeat(10);
  return [
    ...hang(paint(['bold', format], padTo(outcomeWord(verdict), 10)), title, width),
    ...hang(under, verdict.text, width).map((line) => paint(format, line)),
    ...hang(under, declaredText(verdict), width).map((line) =>
      paint(verdict.isAsDeclared ? 'dim' : ['bold', 'yellow'], line),
    ),
  ];
}

/** Why the run ends as it does, as every view words it. */
export const reasonText = ({ isAsDeclared, reason }: RunFinished): string =>
  `Exit ${isAsDeclared ? 0 : 1}: ${reason}`;

/** The last lines of a run: its hash, why it ends as it does, and what to type next. */
export function finishLines(finished: RunFinished, width: number, paint: Paint): string[] {
  const field = (name: string, text: string) =>
    hang(`  ${paint('dim', padTo(name, 8))}`, text, width);
  // A command is to be copied in one piece: it is never broken into lines.
  const command = (name: string, text: string) =>
    `  ${paint('dim', padTo(name, 8))}${printable(text)}`;
  const size = `${formatValue(finished.records, 'count')} records`;
  const reason = hang('', reasonText(finished), width);
  return [
    ...field('virtual', `${formatDuration(finished.virtualMs)} in ${size}`),
    ...field('hash', `sha256 ${finished.hash.slice(0, 16)}`),
    ...reason.map((line) => paint(['bold', finished.isAsDeclared ? 'green' : 'red'], line)),
    command('replay', finished.replay),
    command('next', finished.next),
  ];
}
