import { formatValue, plural } from '../format.ts';
import type { Judged } from '../judged.ts';
import type { ExampleTypes } from '../types.ts';
import {
  chanceAtLimit,
  intervalKeeps,
  keepsLimit,
  type Sample,
  type ShareLimit,
  wilsonInterval,
} from '../wilson.ts';
import type { RuleSpec } from './rule.ts';

/**
 * A share that rests on chance: it is broken when the whole 99 % interval lies beyond the limit, and chance at the
 * limit does not bring as much in one of 200 samples; so that three cheaters, one of whom got away, prove nothing, and
 * three hundred do. Where there was nobody, it does not hold.
 *
 * @param noun one of the sample: "planted cheater"
 */
export function sampled<E extends ExampleTypes>(
  title: string,
  noun: string,
  sample: (phase: Judged<E>) => Sample,
  options: ShareLimit & { readonly needs?: readonly string[] },
): RuleSpec<E, 'objective'> {
  const { needs, ...limit } = options;
  const [words, share] =
    'atLeast' in limit ? ['at least', limit.atLeast] : ['at most', limit.atMost];
  if (!(share >= 0 && share <= 1)) {
    throw new RangeError(`Invalid limit ${share} of "${title}": use a share from 0 to 1.`);
  }
  return {
    kind: 'objective',
    title,
    expected: `${words} ${formatValue(share, 'ratio')}, beyond what chance explains`,
    ...(needs && { needs }),
    judge(phase) {
      const found = sample(phase);
      if (found.of === 0) return { holds: false, observed: `there was no ${noun}`, unit: 'ratio' };
      const value = found.part / found.of;
      const [low, high] = wilsonInterval(found);
      const holds = keepsLimit(found, limit);
      const byChance =
        holds && !intervalKeeps(found, limit)
          ? `; at the limit chance does it once in ${formatValue(Math.round(1 / chanceAtLimit(found, limit)), 'count')}`
          : '';
      return {
        holds,
        observed:
          `${formatValue(value, 'ratio')}: ${formatValue(found.part, 'count')} of ${plural(found.of, noun)}` +
          ` (99 % interval ${formatValue(low, 'ratio')} to ${formatValue(high, 'ratio')}${byChance})`,
        value,
        unit: 'ratio',
        sample: { ...found, limit },
      };
    },
  };
}
