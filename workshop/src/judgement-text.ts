import { styleText } from 'node:util';
import type { Exercise, Verdict } from '@firedrill/core/workshop';
import { escaped } from '@firedrill/core/command-line';
import { changeOf, firstBroken, gradeOf } from './grade.ts';
import type { Judgement } from './judge-file.ts';
import { idOf } from './incidents.ts';
import { shortPlace } from './problem.ts';
import { faultsOf, stormsText } from './storms-text.ts';
import { wrapped } from './wrapped.ts';

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** A judgement for a terminal, in lines of at most 80 columns. */
export function judgementText(
  judgement: Judgement,
  exercise: Pick<Exercise, 'title' | 'task'>,
): string {
  const { place, types, verdict, failure, unseen, isPassed, before } = judgement;
  const lines = [
    '',
    styleText('bold', `${idOf(place)}  ${exercise.title}`),
    ...wrapped(exercise.task, '  '),
    '',
  ];
  for (const { text } of types ?? []) lines.push(...mark('red', 'x', `types: ${text}`));
  if (failure !== undefined)
    lines.push(...mark('red', 'x', `It did not run to its end: ${failure.text}`));
  if (verdict !== undefined) {
    const { rules } = verdict;
    for (const rule of rules.filter(({ part, holds }) => part !== 'before' || !holds)) {
      const changed = changeOf(rule, before);
      const text = `${rule.short}: ${rule.observed}`;
      lines.push(...mark(rule.holds ? 'green' : 'red', rule.holds ? '+' : 'x', text));
      if (!rule.holds) lines.push(...wrapped(`asked for: ${rule.expected}`, '    '));
      if (changed !== undefined) lines.push(...wrapped(changed, '    '));
    }
    const kept = rules.filter(({ part, holds }) => part === 'before' && holds).length;
    if (kept > 0) lines.push(`  + ${plural(kept, 'rule')} of the steps before: still so`);
    lines.push(...defectsOf(verdict), '', ...wrapped(`${gradeOf(verdict)}.`, '  '));
    const broken = unseen.find((each) => each.broken !== undefined);
    if (broken !== undefined) {
      lines.push(
        ...mark('red', 'x', `${stormsText(unseen)}.`),
        ...wrapped(faultsOf(broken).join(' '), '    '),
      );
    } else if (verdict.holds) lines.push(...mark('green', '+', stormsText(unseen)));
  }
  const { verdictMs, totalMs } = judgement;
  const took = [
    ...(verdictMs === undefined ? [] : [`verdict after ${(verdictMs / 1_000).toFixed(1)} s`]),
    ...(totalMs === undefined ? [] : [`all after ${(totalMs / 1_000).toFixed(1)} s`]),
  ].join(', ');
  lines.push(
    '',
    `  ${isPassed ? styleText(['green', 'bold'], 'Passed.') : styleText(['red', 'bold'], 'Not yet.')}${took === '' ? '' : ` ${styleText('dim', took)}`}`,
  );
  if (!isPassed && verdict !== undefined && firstBroken(verdict) !== undefined) {
    lines.push(`  A hint from this run: pnpm workshop hint ${idOf(place)}`);
  }
  return lines.join('\n');
}

/** Mistakes in the code, with their place. */
function defectsOf({ thrown }: Verdict): readonly string[] {
  return thrown
    .filter(({ isDefect }) => isDefect)
    .flatMap(({ name, message, place, count }) =>
      mark('red', 'x', `${shortPlace(place)}${name}: ${message} (${plural(count, 'time')})`),
    );
}

function mark(color: 'red' | 'green', sign: string, text: string): readonly string[] {
  const [first = '', ...rest] = wrapped(escaped(text), '    ');
  return [`  ${styleText(color, sign)} ${first.trimStart()}`, ...rest];
}
