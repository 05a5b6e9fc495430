import { plural } from '../../scenario/format.ts';
import { noReturnLines, proofLines, trialHeading } from '../plain/proof.ts';
import { hang, padTo, type Paint, printable } from '../plain/text.ts';
import { outcomeWord, reasonText, verdictLines } from '../plain/verdict.ts';
import { explanationLines, hasDefect, thrownLines } from '../plain/why.ts';
import type { PhaseState, RunState } from '../run-state.ts';

export interface JudgedFrameOptions {
  readonly paint: Paint;
  readonly columns: number;
  /** Lines that there is room for. */
  readonly rows: number;
}

/** Lines of a verdict that are shown at most: what is left out comes with the text at the end. */
const mostVerdictLines = 6;

/** The verdict in a few lines, its last one kept: whether it was declared. */
function shortVerdict(phase: PhaseState, columns: number, paint: Paint): readonly string[] {
  const lines = verdictLines(phase, columns, paint);
  const last = lines.at(-1);
  if (lines.length <= mostVerdictLines || last === undefined) return lines;
  const more = `${' '.repeat(10)}and more, below when it is over`;
  return [...lines.slice(0, mostVerdictLines - 2), paint('dim', more), last];
}

/** Why the run ends as it does, or that it goes on: nothing else moves on the screen by then. */
function statusLines({ finished, phases }: RunState, columns: number, paint: Paint): string[] {
  if (finished !== undefined) {
    const format = finished.isAsDeclared ? 'green' : 'red';
    return hang('', reasonText(finished), columns).map((line) => paint(['bold', format], line));
  }
  const trials = phases.reduce((sum, phase) => sum + phase.trials.length, 0);
  const text = `The storm runs again, at full speed, without parts of it: ${plural(trials, 'run')} so far.`;
  return hang('', text, columns).map((line) => paint('yellow', line));
}

/**
 * What the screen shows once the last phase has its verdict: what happened, the proof as it comes,
 * and why, as far as there is room.
 */
export function judgedFrame(
  run: RunState,
  phase: PhaseState,
  { paint, columns, rows }: JudgedFrameOptions,
): readonly string[] {
  const before = run.phases.flatMap(({ id, title, verdict }) => {
    if (verdict === undefined || id === phase.id) return [];
    const format = verdict.outcome === 'broken' ? 'red' : 'green';
    return [paint(format, padTo(outcomeWord(verdict), 10)) + printable(title)];
  });
  // Of each trial which it was: the figures are in the text at the end.
  const trials = run.phases.flatMap((each) => [
    ...each.trials.flatMap((trial) => trialHeading(trial, columns, paint)),
    ...(each.proof === undefined ? [] : proofLines(each.proof, columns, paint)),
    ...(each.noReturn === undefined ? [] : noReturnLines(each.noReturn, columns, paint)),
  ]);
  const first = [...before, ...shortVerdict(phase, columns, paint), ''];
  const status = statusLines(run, columns, paint);
  const room = Math.max(0, rows - first.length - status.length);
  const startsAt = run.started?.startsAt ?? '';
  const threw = thrownLines(phase, startsAt, columns, paint);
  const because = explanationLines(phase, columns, paint);
  const why = hasDefect(phase) ? [...threw, ...because] : [...because, ...threw];
  const shownTrials = trials.slice(-room);
  return [...first, ...(room === 0 ? [] : shownTrials), ...status, '', ...why].slice(0, rows);
}
