import { formatValue, plural } from '../format.ts';
import type { Judged } from '../judged.ts';
import type { ExampleTypes } from '../types.ts';
import type { RuleSpec } from './rule.ts';

/** What was found in a sample: so many of so many. */
export interface Sample {
  readonly part: number;
  readonly of: number;
}

/** Standard normal quantile of the two-sided 99 % interval. */
const z99 = 2.575_829_3;

/**
 * The interval in which the true share lies with 99 % confidence (Wilson 1927), as shares of 1. Of
 * nothing, it is all there is.
 */
export function wilsonInterval({ part, of }: Sample): readonly [low: number, high: number] {
  if (of === 0) return [0, 1];
  const share = part / of;
  const z2 = z99 ** 2;
  const middle = share + z2 / (2 * of);
  const half = z99 * Math.sqrt((share * (1 - share)) / of + z2 / (4 * of ** 2));
  const scale = 1 + z2 / of;
  return [Math.max(0, (middle - half) / scale), Math.min(1, (middle + half) / scale)];
}

/**
 * A share that rests on chance: it is broken when the whole 99 % interval lies beyond the limit, so
 * that three cheaters, one of whom got away, prove nothing, and three hundred do. Where there was
 * nobody, it does not hold.
 *
 * @param noun one of the sample: "planted cheater"
 */
export function sampled<E extends ExampleTypes>(
  title: string,
  noun: string,
  sample: (phase: Judged<E>) => Sample,
  options: ({ readonly atLeast: number } | { readonly atMost: number }) & {
    readonly needs?: readonly string[];
  },
): RuleSpec<E, 'objective'> {
  const { needs } = options;
  const [words, limit] =
    'atLeast' in options ? ['at least', options.atLeast] : ['at most', options.atMost];
  if (!(limit >= 0 && limit <= 1)) {
    throw new RangeError(`Invalid limit ${limit} of "${title}": use a share from 0 to 1.`);
  }
  return {
    kind: 'objective',
    title,
    expected: `${words} ${formatValue(limit, 'ratio')}, beyond what chance explains`,
    ...(needs && { needs }),
    judge(phase) {
      const found = sample(phase);
      if (found.of === 0) return { holds: false, observed: `there was no ${noun}`, unit: 'ratio' };
      const value = found.part / found.of;
      const [low, high] = wilsonInterval(found);
      return {
        holds: 'atLeast' in options ? high >= limit : low <= limit,
        observed:
          `${formatValue(value, 'ratio')}: ${formatValue(found.part, 'count')} of ${plural(found.of, noun)}` +
          ` (99 % interval ${formatValue(low, 'ratio')} to ${formatValue(high, 'ratio')})`,
        value,
        unit: 'ratio',
      };
    },
  };
}
