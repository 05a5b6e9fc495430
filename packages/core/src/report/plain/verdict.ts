import type { Check, RunFinished } from '../../scenario/record.ts';
import { formatClock, formatDuration, formatValue, plural } from '../format.ts';
import type { RunState } from '../run-state.ts';
import { hang, padTo, type Paint, printable } from './text.ts';

function checkLines(check: Check, state: RunState, width: number, paint: Paint): string[] {
  const word = check.ok ? paint('green', 'ok    ') : paint(['bold', 'red'], 'FAILED');
  const lines = hang(`  ${word}  ${paint('dim', padTo(check.kind, 11))}`, check.title, width);
  const detail = (name: string, text: string) =>
    hang(`          ${' '.repeat(11)}${paint('dim', padTo(name, 10))}`, text, width);
  const { firstViolation } = check;
  const startsAt = state.started?.startsAt;
  const first =
    firstViolation === undefined || startsAt === undefined
      ? []
      : detail('first', `${formatClock(startsAt, firstViolation.atMs)} ${firstViolation.text}`);
  const expected = check.ok ? [] : detail('expected', check.expected);
  return [...lines, ...expected, ...detail('observed', check.observed), ...first];
}

/** All checks, the ones of each phase under its title. */
export function checksLines(state: RunState, width: number, paint: Paint): string[] {
  if (state.checks.length === 0) return [];
  const lines = [paint('bold', 'Checks')];
  let last: string | undefined;
  for (const check of state.checks) {
    const title = state.phases.find(({ id }) => id === check.phase)?.title ?? 'The whole run';
    if (title !== last) lines.push(` ${title}`);
    last = title;
    lines.push(...checkLines(check, state, width, paint));
  }
  return lines;
}

/** The verdict in a sentence, as every view words it. */
export function verdictText({ verdict, passed, failed }: RunFinished): string {
  const total = plural(passed + failed, 'check');
  if (verdict === 'as-expected') {
    return `As expected: ${passed + failed === 1 ? 'the check holds' : `all ${total} hold`}.`;
  }
  return `FAILED: ${formatValue(failed, 'count')} of ${total} did not hold.`;
}

/** The last lines of a run: the verdict, its hash, and what to type next. */
export function finishLines(finished: RunFinished, width: number, paint: Paint): string[] {
  const format = finished.verdict === 'as-expected' ? 'green' : 'red';
  const field = (name: string, text: string) =>
    hang(`  ${paint('dim', padTo(name, 8))}`, text, width);
  // A command is to be copied in one piece: it is never broken into lines.
  const command = (name: string, text: string) =>
    `  ${paint('dim', padTo(name, 8))}${printable(text)}`;
  const size = `${formatValue(finished.records, 'count')} records`;
  return [
    paint(['bold', format], verdictText(finished)),
    ...field('virtual', `${formatDuration(finished.virtualMs)} in ${size}`),
    ...field('hash', `sha256 ${finished.hash.slice(0, 16)}`),
    command('replay', finished.replay),
    command('next', finished.next),
  ];
}
