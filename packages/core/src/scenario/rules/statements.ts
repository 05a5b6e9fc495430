import { formatValue, plural } from '../format.ts';
import type { Judged } from '../judged.ts';
import type { WindowReading } from '../measures/measured.ts';
import type { Unit } from '../record.ts';
import type { ExampleTypes } from '../types.ts';
import type { Finding, RuleSpec } from './rule.ts';

/** The words in which rules are written. */

/** A count of harm, for {@link invariant}: what it is of, and more that people should see. */
export interface Harm {
  /** How often it happened; the invariant holds at 0. */
  readonly count: number;
  /** More to say about it, e.g. "$412 in all". */
  readonly detail?: string | undefined;
}

/**
 * Never: a harm that must not happen once, counted against the truth.
 *
 * @param title sentence that is true when it holds: "no order is charged twice"
 * @param noun one of the harm: "double charge"
 */
export function invariant<E extends ExampleTypes>(
  title: string,
  noun: string,
  count: (phase: Judged<E>) => number | Harm,
): RuleSpec<E, 'invariant'> {
  return {
    kind: 'invariant',
    title,
    expected: plural(0, noun),
    judge(phase): Finding {
      const found = count(phase);
      const { count: value, detail } = typeof found === 'number' ? { count: found } : found;
      const text = plural(value, noun);
      return {
        holds: value === 0,
        observed: detail === undefined ? text : `${text}: ${detail}`,
        value,
        unit: 'count',
      };
    },
  };
}

/** A limit in the unit of the figure. */
export type Limit =
  | { readonly under: number }
  | { readonly atMost: number }
  | { readonly over: number }
  | { readonly atLeast: number };

export type LimitOptions<E extends ExampleTypes> = Limit & {
  readonly unit: Unit;
  /** What the figure is of, for people: "at the 99th percentile of the worst five minutes". */
  readonly of?: string;
  /** See {@link RuleSpec}. */
  readonly needs?: readonly string[];
  readonly feltForMs?: RuleSpec<E>['feltForMs'];
};

/**
 * Within a limit. Where nothing was measured it does not hold. A percentile of a window breaks a highest value only
 * by three observations or more, see {@link WindowReading}.
 */
export function objective<E extends ExampleTypes>(
  title: string,
  figure: (phase: Judged<E>) => number | WindowReading | undefined,
  options: LimitOptions<E>,
): RuleSpec<E, 'objective'> {
  return { kind: 'objective', title, ...limited(figure, options) };
}

/** What an incident looks like: a figure beyond a limit. Where nothing was measured there is no sign. */
export function sign<E extends ExampleTypes>(
  title: string,
  figure: (phase: Judged<E>) => number | undefined,
  options: LimitOptions<E>,
): RuleSpec<E, 'sign'> {
  return { kind: 'sign', title, ...limited(figure, options) };
}

/** Work that was done in time, of the work that was due. */
export interface Share {
  /** Done as an ideal system would have done it, within the patience of whoever asked. */
  readonly done: number;
  /** What an ideal system would have done. */
  readonly due: number;
}

/**
 * The share of useful work: of what an ideal system would have done, what was done in time, counted
 * against the truth. Where nothing was due it does not hold: a storm without work proves nothing.
 *
 * @param noun one piece of the work: "payment"
 */
export function usefulWork<E extends ExampleTypes>(
  title: string,
  noun: string,
  share: (phase: Judged<E>) => Share,
  options: { readonly atLeast: number; readonly needs?: readonly string[] },
): RuleSpec<E, 'useful-work'> {
  const { atLeast, needs } = options;
  if (!(atLeast > 0 && atLeast <= 1)) {
    throw new RangeError(
      `Invalid atLeast ${atLeast} of "${title}": use a share above 0, at most 1.`,
    );
  }
  return {
    kind: 'useful-work',
    title,
    expected: `at least ${formatValue(atLeast, 'ratio')} of what was due`,
    ...(needs && { needs }),
    judge(phase): Finding {
      const { done, due } = share(phase);
      if (due === 0) return { holds: false, observed: `no ${noun} was due`, unit: 'ratio' };
      const value = done / due;
      return {
        holds: value >= atLeast,
        observed: `${formatValue(value, 'ratio')}: ${formatValue(done, 'count')} of ${plural(due, noun)}`,
        value,
        unit: 'ratio',
      };
    },
  };
}

function limited<E extends ExampleTypes>(
  figure: (phase: Judged<E>) => number | WindowReading | undefined,
  options: LimitOptions<E>,
): Omit<RuleSpec<E>, 'kind' | 'title'> {
  const { unit, of, needs, feltForMs } = options;
  const behind = of === undefined ? '' : ` ${of}`;
  const { words, limit, keeps } = readLimit(options);
  return {
    expected: `${words} ${formatValue(limit, unit)}${behind}`,
    ...(needs && { needs }),
    ...(feltForMs && { feltForMs }),
    judge(phase) {
      const found = figure(phase);
      const value = typeof found === 'object' ? found.value : found;
      if (value === undefined || Number.isNaN(value)) {
        return { holds: false, observed: 'nothing was measured', unit };
      }
      const observed = `${formatValue(value, unit)}${behind}`;
      if (keeps(value) || typeof found !== 'object' || !keeps(found.atLeast)) {
        return { holds: keeps(value), observed, value, unit };
      }
      const doubt = `by fewer than three of ${formatValue(found.count, 'count')}`;
      return { holds: true, observed: `${observed}, ${doubt}`, value, unit };
    },
  };
}

function readLimit(limit: Limit): {
  readonly words: string;
  readonly limit: number;
  readonly keeps: (value: number) => boolean;
} {
  if ('under' in limit) {
    return { words: 'under', limit: limit.under, keeps: (value) => value < limit.under };
  }
  if ('atMost' in limit) {
    return { words: 'at most', limit: limit.atMost, keeps: (value) => value <= limit.atMost };
  }
  if ('over' in limit) {
    return { words: 'over', limit: limit.over, keeps: (value) => value > limit.over };
  }
  return { words: 'at least', limit: limit.atLeast, keeps: (value) => value >= limit.atLeast };
}
