import type { ExplanationRecord } from '../../scenario/record.ts';
import { formatClock, plural } from '../../scenario/format.ts';
import type { PhaseState } from '../run-state.ts';
import { hang, padTo, type Paint } from './text.ts';

type Thrown = PhaseState['thrown'][number];

/** The links of the chain from the cause to its victim, in words. */
export const linkWords: Readonly<Record<ExplanationRecord['chain'][number]['kind'], string>> = {
  cause: 'cause',
  resource: 'resource',
  arithmetic: 'arithmetic',
  victim: 'victim',
  code: 'code',
  persistence: 'it stays',
};

const vias: Readonly<Record<Thrown['via'], string>> = {
  answer: 'thrown at whoever called',
  telemetry: 'caught and told',
  unhandled: 'with nobody to hear of it',
};

/** Where an error comes from, how often it came, and when first. */
export function thrownText({ place, count, firstAtMs, via }: Thrown, startsAt: string): string {
  const first = `${count === 1 ? 'at' : 'first at'} ${formatClock(startsAt, firstAtMs)}`;
  const where = place === undefined ? '' : `${place}, `;
  return `${where}${plural(count, 'time')}, ${first}, ${vias[via]}`;
}

/** Most failures of the world that are listed; the rest is counted. */
const mostFailures = 4;

/** What is shown of the errors: every mistake in the code, and the most frequent failures. */
export function shownErrors(thrown: readonly Thrown[]): {
  readonly shown: readonly Thrown[];
  readonly left: number;
} {
  const defects = thrown.filter(({ isDefect }) => isDefect);
  const failures = thrown.filter(({ isDefect }) => !isDefect);
  const shown = [...defects, ...failures.slice(0, mostFailures)];
  return { shown, left: thrown.length - shown.length };
}

/** Whether a mistake in its code came out of it: that comes before any other explanation. */
export const hasDefect = ({ thrown }: Pick<PhaseState, 'thrown'>): boolean =>
  thrown.some(({ isDefect }) => isDefect);

/** What the implementation threw, mistakes in its code first and in red. */
export function thrownLines(
  { thrown }: Pick<PhaseState, 'thrown'>,
  startsAt: string,
  width: number,
  paint: Paint,
): string[] {
  if (thrown.length === 0) return [];
  const { shown, left } = shownErrors(thrown);
  return [
    paint('bold', 'What it threw'),
    ...shown.flatMap((error) => {
      const word = error.isDefect ? paint(['bold', 'red'], 'DEFECT') : paint('yellow', 'error ');
      return [
        ...hang(`  ${word}  `, `${error.name}: ${error.message}`, width),
        ...hang(' '.repeat(10), thrownText(error, startsAt), width),
      ];
    }),
    ...(left === 0 ? [] : [paint('dim', `${' '.repeat(10)}and ${plural(left, 'other kind')}`)]),
  ];
}

/** The chain from the cause to the victim, and what it teaches. */
export function explanationLines(
  { explanation }: Pick<PhaseState, 'explanation'>,
  width: number,
  paint: Paint,
): string[] {
  if (explanation === undefined) return [];
  const { chain, lessons } = explanation;
  const links = chain.flatMap(({ kind, text }, index) =>
    hang(`  ${index === 0 ? ' ' : '→'} ${paint('dim', padTo(linkWords[kind], 12))}`, text, width),
  );
  const taught = lessons.flatMap((text, index) => hang(`  ${index + 1}. `, text, width));
  return [
    ...(links.length === 0 ? [] : [paint('bold', 'Why'), ...links]),
    ...(links.length === 0 || taught.length === 0 ? [] : ['']),
    ...(taught.length === 0 ? [] : [paint('bold', 'What it teaches'), ...taught]),
  ];
}
