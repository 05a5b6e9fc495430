import type { Check } from '../../scenario/record.ts';
import { formatClock } from '../../scenario/format.ts';
import type { RunState } from '../run-state.ts';
import { hang, padTo, type Paint } from './text.ts';

export interface CheckLook {
  /** What came of it in a word: a colour must not be all that tells it. */
  readonly word: 'holds' | 'BROKEN' | 'seen' | 'not seen';
  readonly format: Parameters<Paint>[0];
  /** Whether a rule does not hold. */
  readonly isBroken: boolean;
}

/** How a check reads in every view: a rule holds or is broken, a sign of the incident is seen or not. */
export function checkLook({ kind, ok }: Pick<Check, 'kind' | 'ok'>): CheckLook {
  if (kind === 'sign') {
    return ok
      ? { word: 'seen', format: 'yellow', isBroken: false }
      : { word: 'not seen', format: 'dim', isBroken: false };
  }
  return ok
    ? { word: 'holds', format: 'green', isBroken: false }
    : { word: 'BROKEN', format: ['bold', 'red'], isBroken: true };
}

/** The check of a phase by its name. */
export const checkOf = (state: RunState, phase: string, name: string): Check | undefined =>
  state.checks.findLast((check) => check.phase === phase && check.name === name);

function checkLines(check: Check, state: RunState, width: number, paint: Paint): string[] {
  const { word, format, isBroken } = checkLook(check);
  const lead = `  ${paint(format, padTo(word, 8))}  ${paint('dim', padTo(check.kind, 11))}  `;
  const detail = (name: string, text: string) =>
    hang(`${' '.repeat(25)}${paint('dim', padTo(name, 10))}`, text, width);
  const { firstViolation } = check;
  const startsAt = state.started?.startsAt;
  const first =
    firstViolation === undefined || startsAt === undefined
      ? []
      : detail('first', `${formatClock(startsAt, firstViolation.atMs)} ${firstViolation.text}`);
  if (check.observed === check.expected) {
    return [
      ...hang(lead, check.title, width),
      ...hang(' '.repeat(25), `expected and observed: ${check.observed}`, width),
      ...first,
    ];
  }
  const observed = detail('observed', check.observed);
  return [
    ...hang(lead, check.title, width),
    ...detail('expected', check.expected),
    ...(isBroken ? observed.map((line) => paint('red', line)) : observed),
    ...first,
  ];
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
