import {
  constantLoad,
  type LoadProfile,
  rampLoad,
  sequence,
  spikeLoad,
} from '../../workload/index.ts';

/** What the handlers call. */
export interface Dependency {
  /** Mean latency in ms of a call that starts now, with so many under way, itself included. */
  latencyMs(elapsedMs: number, calls: number): number;
}

/** A load, and what it calls. */
export interface AdaptiveStorm {
  readonly title: string;
  readonly load: LoadProfile;
  readonly dependency: Dependency;
}

const serviceMs = 400;
const minute = 60_000;
/** Ordinary load: four workers of the five at the start. */
const basePerSecond = 10;

/** Takes any number of calls at once. */
const elastic: Dependency = { latencyMs: () => serviceMs };

/** Calls at once beyond which the weakened dependency shares its capacity among them. */
const weakCalls = 5;

/** Three times as slow for ten minutes, in which more calls at once make each of them slower. */
const weakened: Dependency = {
  latencyMs(elapsedMs, calls) {
    const isWeak = elapsedMs >= 5 * minute && elapsedMs < 15 * minute;
    return isWeak ? 3 * serviceMs * Math.max(1, calls / weakCalls) : serviceMs;
  },
};

export const adaptiveStorms: readonly AdaptiveStorm[] = [
  {
    title: 'spike: 4 x for 2 min',
    load: spikeLoad({
      basePerSecond,
      peakPerSecond: 4 * basePerSecond,
      durationMs: 15 * minute,
      spikeFromMs: 5 * minute,
      spikeToMs: 7 * minute,
    }),
    dependency: elastic,
  },
  {
    title: 'ramp: to 3 x over 20 min',
    load: sequence([
      rampLoad({
        fromPerSecond: basePerSecond,
        toPerSecond: 3 * basePerSecond,
        durationMs: 20 * minute,
      }),
      constantLoad({ ratePerSecond: 3 * basePerSecond, durationMs: 5 * minute }),
    ]),
    dependency: elastic,
  },
  {
    title: 'dependency 3 x slower for 10 min',
    load: constantLoad({ ratePerSecond: basePerSecond, durationMs: 25 * minute }),
    dependency: weakened,
  },
];
