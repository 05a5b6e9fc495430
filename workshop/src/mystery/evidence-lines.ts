import { formatClock, formatValue, plural } from '@firedrill/core/scenario';
import type { Evidence, LogLine, Outcome } from '@firedrill/core/workshop';
import { wrapped } from '../wrapped.ts';
import { prices, questions } from './prices.ts';

const mostLogLines = 40;
const mostRows = 24;
/** A figure that differs by less is the same, as a share of the larger one. */
const sameShare = 0.05;

/** What is known at the beginning: the alerts and the signs. */
export function openingLines(evidence: Evidence): readonly string[] {
  const { title, about, alerts, signs, known, startsAt, durationMs } = evidence;
  const at = (atMs: number): string => formatClock(startsAt, atMs);
  const paged = alerts.filter(({ severity }) => severity !== 'info').slice(0, mostRows);
  const first = (atMs: number | undefined): string =>
    atMs === undefined ? '' : `; first at ${at(atMs)}`;
  return [
    ...wrapped(title),
    ...wrapped(`In production: ${about}`, '  '),
    '',
    `The incident, ${at(0)} to ${at(durationMs)}. Because of it, this did not hold:`,
    ...signs.flatMap(({ title: sign, observed, firstAtMs }) =>
      marked('x', `${sign}: ${observed}${first(firstAtMs)}`),
    ),
    '',
    ...wrapped(
      known.length === 0
        ? 'Every other rule holds.'
        : `Of no interest, since it is broken with or without it: ${known.map(({ name }) => name).join(', ')}.`,
    ),
    '',
    paged.length === 0 ? 'No alert was sent.' : 'Alerts that were sent:',
    ...paged.flatMap(({ atMs, text }) => marked(at(atMs), text)),
  ];
}

/** A log, of which so much is shown as one reads. */
export function logLines(
  { startsAt }: Pick<Evidence, 'startsAt'>,
  all: readonly LogLine[],
): readonly string[] {
  if (all.length === 0) return ['  Nothing was written.'];
  const lines = all
    .slice(0, mostLogLines)
    .flatMap(({ atMs, level, text }) =>
      marked(`${formatClock(startsAt, atMs)} ${level.toUpperCase().padEnd(5)}`, text),
    );
  const more = all.length - mostLogLines;
  return more > 0 ? [...lines, `  ... and ${plural(more, 'line')} more`] : lines;
}

/** Figures that differ from those of the incident, and the signs on the other side. */
export function besideLines(
  { own, labels, signs }: Evidence,
  title: string,
  other: Outcome,
): readonly string[] {
  const rows = Object.entries(labels)
    .map(([name, about]) => ({ ...about, here: own.figures[name], there: other.figures[name] }))
    .filter(({ here, there }) => changeOf(here, there) > sameShare)
    .toSorted((a, b) => changeOf(b.here, b.there) - changeOf(a.here, a.there))
    .slice(0, mostRows);
  const left = signs.filter(({ name }) => other.broken.includes(name));
  return [
    `  ${'figure'.padEnd(38)}${'incident'.padStart(18)}${clipped(title, 20).padStart(20)}`,
    ...rows.map(
      ({ label, unit, here, there }) =>
        `  ${clipped(label, 37).padEnd(38)}${formatValue(here, unit).padStart(18)}${formatValue(there, unit).padStart(20)}`,
    ),
    ...(rows.length === 0 ? ['  No figure differs by more than a twentieth.'] : []),
    '',
    ...wrapped(
      left.length === 0
        ? `Of the signs none is there with ${title}.`
        : `Of the signs these are there with ${title}, too: ${left.map((sign) => sign.title).join('; ')}.`,
      '  ',
    ),
  ];
}

/** How much a figure differs, of the larger one. */
function changeOf(a: number | undefined, b: number | undefined): number {
  if (a === undefined && b === undefined) return 0;
  if (a === undefined || b === undefined) return 1;
  const size = Math.max(Math.abs(a), Math.abs(b));
  return size === 0 ? 0 : Math.abs(a - b) / size;
}

/** A text behind a mark, the lines that follow under its beginning. */
export function marked(mark: string, text: string): readonly string[] {
  const indent = ' '.repeat(mark.length + 3);
  const [first = '', ...rest] = wrapped(text, indent);
  return [`  ${mark} ${first.trimStart()}`, ...rest];
}

/** A text of at most so many characters. */
export const clipped = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;

/** Names and what they are, in two columns. */
export function listed(rows: readonly (readonly [string, string])[]): readonly string[] {
  const wide = Math.min(40, Math.max(...rows.map(([name]) => name.length)));
  return rows.map(([name, label]) => `  ${name.padEnd(wide)}  ${clipped(label, 76 - wide)}`);
}

/** The questions and what they cost. */
export function helpLines(): readonly string[] {
  const column = 26;
  return [
    '  Ask. A price is in minutes of the incident.',
    ...questions.flatMap(([usage, what, price]) => {
      const cost = price === undefined ? '' : ` (${prices[price]} min)`;
      const text = wrapped(`${what}${cost}`, ' '.repeat(column + 2));
      return usage.length < column
        ? [`  ${usage.padEnd(column)}${text[0]?.trimStart() ?? ''}`, ...text.slice(1)]
        : [`  ${usage}`, ...text];
    }),
  ];
}
