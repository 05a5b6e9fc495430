import type { LimitedSample } from '../scenario/rules/index.ts';
import { keepsLimit, type ShareLimit, wilsonInterval } from '../scenario/wilson.ts';

/** A share that rests on chance, over all storms together. */
export interface ShareOverAll {
  /** Name of the rule that judges it in one storm, too. */
  readonly rule: string;
  readonly part: number;
  readonly of: number;
  /** The 99 % interval, as shares of 1. */
  readonly interval: readonly [low: number, high: number];
  readonly limit: ShareLimit;
  /** False: the whole interval is beyond the limit. One storm alone may have too few events to show that. */
  readonly holds: boolean;
}

/**
 * Adds up the samples of the same rule over storms. Where the limit differs with the settings of a storm, the most
 * lenient one counts: what is beyond that, is beyond each.
 */
export function sharesOverAll(
  storms: readonly Readonly<Record<string, LimitedSample>>[],
): readonly ShareOverAll[] {
  const samples = storms.flatMap((storm) => Object.entries(storm));
  return [...Map.groupBy(samples, ([rule]) => rule)].map(([rule, some]) => {
    const all = some.map(([, sample]) => sample);
    const sum = {
      part: all.reduce((part, sample) => part + sample.part, 0),
      of: all.reduce((of, sample) => of + sample.of, 0),
    };
    const limit = all.map((sample) => sample.limit).reduce(moreLenient);
    const interval = wilsonInterval(sum);
    return { rule, ...sum, interval, limit, holds: keepsLimit(sum, limit) };
  });
}

function moreLenient(one: ShareLimit, other: ShareLimit): ShareLimit {
  if ('atLeast' in one && 'atLeast' in other) return one.atLeast <= other.atLeast ? one : other;
  if ('atMost' in one && 'atMost' in other) return one.atMost >= other.atMost ? one : other;
  throw new RangeError('One rule has one kind of limit: at least a share, or at most one.');
}
