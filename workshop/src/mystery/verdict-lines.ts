import { styleText } from 'node:util';
import { formatClock, plural } from '@firedrill/core/scenario';
import { type Answer, type Grade, gradeAnswer, type Truth } from '@firedrill/core/workshop';
import { wrapped } from '../wrapped.ts';
import { marked } from './evidence-lines.ts';
import type { TriedRemedy } from './game.ts';

/** What each part of an answer counts, of a hundred. */
const weights = { kind: 30, place: 30, window: 20, remedy: 20 } as const;

/** From this overlap on a window counts as found, in the sentence about it. */
const foundOverlap = 0.5;

/** What a group came to in the end. */
export interface Attempt {
  readonly answer: Answer | undefined;
  readonly remedy: TriedRemedy | undefined;
  readonly minutes: number;
  readonly asked: number;
}

/** How near it was, from 0 to 100. */
export function scoreOf(grade: Grade | undefined, remedy: TriedRemedy | undefined): number {
  const kind = grade === undefined ? 0 : { right: 1, near: 0.5, wrong: 0 }[grade.kind];
  return Math.round(
    weights.kind * kind +
      weights.place * Number(grade?.isPlaceRight === true) +
      weights.window * (grade?.overlap ?? 0) +
      weights.remedy * Number(remedy?.left.length === 0),
  );
}

/** How near the group was, and how long it took. */
export function gradeLines(truth: Truth, startsAt: string, attempt: Attempt): readonly string[] {
  const { answer, remedy, minutes, asked } = attempt;
  const grade = answer && gradeAnswer(truth.parts, answer);
  const held =
    remedy?.left.length === 0
      ? 'holds in the same storm'
      : `leaves ${plural(remedy?.left.length ?? 0, 'sign')}`;
  return [
    ...(answer === undefined
      ? judged(false, 'cause: none was named')
      : nearLines(truth, startsAt, answer)),
    ...(remedy === undefined
      ? judged(false, 'remedy: none was tried')
      : judged(remedy.left.length === 0, `remedy, ${remedy.text}: ${held}`)),
    '',
    styleText(
      'bold',
      `  ${scoreOf(grade, remedy)} of 100, after ${plural(asked, 'question')} and ${plural(minutes, 'minute')}.`,
    ),
  ];
}

/** How near an answer was: kind, place and time. */
export function nearLines(truth: Truth, startsAt: string, answer: Answer): readonly string[] {
  const { kind, isPlaceRight, overlap } = gradeAnswer(truth.parts, answer);
  const at = (atMs: number): string => formatClock(startsAt, atMs);
  const text = { right: 'right', near: 'near: it looks much the same', wrong: 'not that' }[kind];
  return [
    ...judged(kind === 'right', `kind, ${answer.kind}: ${text}`),
    ...judged(isPlaceRight, `place, ${answer.place}: ${isPlaceRight ? 'right' : 'not there'}`),
    ...judged(
      overlap >= foundOverlap,
      `time, ${at(answer.fromMs)}-${at(answer.toMs)}: ${Math.round(100 * overlap)} % of both windows in common`,
    ),
  ];
}

function judged(isRight: boolean, text: string): readonly string[] {
  const sign = isRight ? '+' : 'x';
  const [first = '', ...rest] = marked(sign, text);
  return [first.replace(sign, styleText(isRight ? 'green' : 'red', sign)), ...rest];
}

/** What it was, how that was proven, and how to run it in the open. */
export function truthLines(truth: Truth, startsAt: string): readonly string[] {
  const at = (atMs: number): string => formatClock(startsAt, atMs);
  return [
    ...wrapped(`It was: ${truth.cause}.`, '  '),
    ...truth.parts.flatMap(({ label, fromMs, toMs }) => marked(`${at(fromMs)}-${at(toMs)}`, label)),
    ...(truth.beside.length === 0
      ? []
      : wrapped(`Beside the point: ${truth.beside.join('; ')}.`, '  ')),
    ...truth.proof.flatMap((text) => wrapped(`Proven: ${text}.`, '  ')),
    '',
    '  In the open:',
    `  ${truth.replay}`,
  ];
}
