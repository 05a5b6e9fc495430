import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { createRandom, type Random } from '../simulation/index.ts';
import {
  type ArrivalProcess,
  arrivals,
  constantLoad,
  diurnalLoad,
  type LoadProfile,
  rampLoad,
  sequence,
  spikeLoad,
  steps,
  type Trace,
  traceProfile,
} from './index.ts';

const take = (profile: LoadProfile, process: ArrivalProcess, seed = 1): number[] =>
  [...arrivals(profile, { process, random: createRandom(seed, 'arrivals') })].map(
    (arrival) => arrival.atMs,
  );

const year = 365 * 86_400_000;

/** A stream that counts how often it was asked for a gap. */
function countingRandom(): { readonly random: Random; readonly draws: () => number } {
  const random = createRandom(1, 'counted');
  const exponential = random.exponential.bind(random);
  let draws = 0;
  random.exponential = (mean) => {
    draws += 1;
    return exponential(mean);
  };
  return { random, draws: () => draws };
}

function countPerSecond(times: readonly number[], seconds: number): number[] {
  const counts = Array.from({ length: seconds }, () => 0);
  for (const time of times) {
    const second = Math.floor(time / 1000);
    counts[second] = (counts[second] ?? 0) + 1;
  }
  return counts;
}

function moments(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, variance: squares / (values.length - 1) };
}

const anyProfile = fc.oneof(
  fc
    .record({
      fromPerSecond: fc.double({ min: 0, max: 500, noNaN: true }),
      toPerSecond: fc.double({ min: 0, max: 500, noNaN: true }),
      durationMs: fc.double({ min: 0.5, max: 3000, noNaN: true }),
    })
    .map(rampLoad),
  fc
    .record({
      meanPerSecond: fc.double({ min: 0, max: 500, noNaN: true }),
      amplitude: fc.double({ min: 0, max: 1, noNaN: true }),
      periodMs: fc.double({ min: 1, max: 3000, noNaN: true }),
      durationMs: fc.double({ min: 0.5, max: 3000, noNaN: true }),
    })
    .map(diurnalLoad),
);

describe('arrivals', () => {
  it('Poisson counts have the mean and the variance of the rate', () => {
    const seconds = 5000;
    const profile = constantLoad({ ratePerSecond: 40, durationMs: seconds * 1000 });
    const { mean, variance } = moments(countPerSecond(take(profile, 'poisson'), seconds));
    // Four standard errors: sqrt(40 / 5000) for the mean, 40 sqrt(2 / 5000) for the variance.
    expect(Math.abs(mean - 40)).toBeLessThan(4 * Math.sqrt(40 / seconds));
    expect(Math.abs(variance - 40)).toBeLessThan(4 * 40 * Math.sqrt(2 / seconds));
  });

  it('gaps between Poisson arrivals have a standard deviation equal to their mean', () => {
    const times = take(constantLoad({ ratePerSecond: 100, durationMs: 1_000_000 }), 'poisson');
    const { mean, variance } = moments(times.slice(1).map((time, i) => time - (times[i] ?? 0)));
    expect(mean).toBeGreaterThan(9.9);
    expect(mean).toBeLessThan(10.1);
    expect(Math.sqrt(variance) / mean).toBeGreaterThan(0.98);
    expect(Math.sqrt(variance) / mean).toBeLessThan(1.02);
  });

  it('thinning follows the rate: a spike of ten times the load brings ten times the arrivals', () => {
    const profile = spikeLoad({
      basePerSecond: 50,
      peakPerSecond: 500,
      durationMs: 300_000,
      spikeFromMs: 100_000,
      spikeToMs: 200_000,
    });
    const counts = countPerSecond(take(profile, 'poisson'), 300);
    const before = moments(counts.slice(0, 100)).mean;
    const during = moments(counts.slice(100, 200)).mean;
    const after = moments(counts.slice(200)).mean;
    // Four standard errors of a mean of 100 seconds.
    expect(Math.abs(before - 50)).toBeLessThan(4 * Math.sqrt(0.5));
    expect(Math.abs(during - 500)).toBeLessThan(4 * Math.sqrt(5));
    expect(Math.abs(after - 50)).toBeLessThan(4 * Math.sqrt(0.5));
  });

  it('uniform arrivals of a constant rate are evenly spaced', () => {
    const times = take(constantLoad({ ratePerSecond: 10, durationMs: 500 }), 'uniform');
    expect(times).toEqual([50, 150, 250, 350, 450]);
  });

  it('uniform arrivals of a ramp come where the cumulated rate says', () => {
    // Cumulated: 50 t^2 with t in seconds, so arrival k is at sqrt((k + 1/2) / 50) s.
    const times = take(
      rampLoad({ fromPerSecond: 0, toPerSecond: 100, durationMs: 1000 }),
      'uniform',
    );
    expect(times).toHaveLength(50);
    for (const [k, time] of times.entries()) {
      expect(Math.abs(time - 1000 * Math.sqrt((k + 0.5) / 50))).toBeLessThan(1);
    }
  });

  it('no arrival falls into a step without load', () => {
    const profile = steps([
      { ratePerSecond: 0, durationMs: 1000 },
      { ratePerSecond: 100, durationMs: 1000 },
      { ratePerSecond: 0, durationMs: 1000 },
    ]);
    for (const process of ['poisson', 'uniform'] as const) {
      const counts = countPerSecond(take(profile, process), 3);
      expect([counts[0], counts[2]]).toEqual([0, 0]);
      expect(counts[1]).toBeGreaterThan(60);
    }
  });

  it('a pause of a year costs nothing, neither draws nor time', () => {
    const burst = constantLoad({ ratePerSecond: 100, durationMs: 1000 });
    const profile = sequence([burst, constantLoad({ ratePerSecond: 0, durationMs: year }), burst]);
    for (const process of ['poisson', 'uniform'] as const) {
      const { random, draws } = countingRandom();
      const times = [...arrivals(profile, { process, random })].map(({ atMs }) => atMs);
      const before = times.filter((time) => time < 1000).length;
      expect(times.filter((time) => time >= 1000 + year)).toHaveLength(times.length - before);
      expect(before).toBeGreaterThan(60);
      expect(draws()).toBeLessThan(1000);
    }
  });

  it('a recording with a pause of a year is played without a draw for it', () => {
    const paused: Trace = {
      file: 'paused.csv',
      arrivals: [0, 200, year, year + 400].map((atMs, index) => ({ line: index + 1, atMs })),
    };
    const profile = traceProfile(paused);
    expect(profile.pieces?.map(({ maxRatePerSecond }) => maxRatePerSecond)).toEqual([2, 0, 2]);
    const random = createRandom(1, 'replay');
    const uniform = [...arrivals(profile, { process: 'uniform', random })];
    expect(uniform.map(({ atMs }) => atMs)).toEqual([250, 750, year + 250, year + 750]);
    for (const { atMs } of arrivals(profile, { process: 'poisson', random })) {
      expect(atMs < 1000 || atMs >= year).toBe(true);
    }
  });

  it('a burst does not make the quiet year around it dear', () => {
    const profile = sequence([
      constantLoad({ ratePerSecond: 0.0001, durationMs: year }),
      constantLoad({ ratePerSecond: 10_000, durationMs: 1000 }),
    ]);
    const { random, draws } = countingRandom();
    const times = [...arrivals(profile, { process: 'poisson', random })].map(({ atMs }) => atMs);
    const quiet = times.filter((time) => time < year).length;
    // Four standard errors of the 3,153.6 and the 10,000 that are expected.
    expect(Math.abs(quiet - 3153.6)).toBeLessThan(4 * Math.sqrt(3153.6));
    expect(Math.abs(times.length - quiet - 10_000)).toBeLessThan(4 * Math.sqrt(10_000));
    expect(draws()).toBeLessThan(3 * times.length);
  });

  it('how a profile is put together does not change its Poisson arrivals', () => {
    const ramp = { fromPerSecond: 10, toPerSecond: 30, durationMs: 60_000 };
    const cut = sequence([
      rampLoad({ ...ramp, toPerSecond: 20, durationMs: 30_000 }),
      rampLoad({ ...ramp, fromPerSecond: 20, durationMs: 30_000 }),
    ]);
    expect(take(cut, 'poisson')).toEqual(take(rampLoad(ramp), 'poisson'));
  });

  it('uniform arrivals stay evenly spaced however long the run is', () => {
    const times = take(constantLoad({ ratePerSecond: 0.01, durationMs: year }), 'uniform');
    expect(times).toHaveLength(315_360);
    expect(times.filter((time, k) => time !== 50_000 + k * 100_000)).toEqual([]);
  });

  it('uniform arrivals of a long run see its shortest peak', () => {
    const month = 30 * 86_400_000;
    const peak = { spikeFromMs: 1_234_567_890, spikeToMs: 1_234_567_990 };
    const profile = spikeLoad({
      basePerSecond: 0.001,
      peakPerSecond: 10_000,
      durationMs: month,
      ...peak,
    });
    const times = take(profile, 'uniform');
    const inPeak = times.filter((time) => time >= peak.spikeFromMs && time < peak.spikeToMs);
    expect(inPeak).toHaveLength(1000);
    expect(Math.max(...inPeak) - Math.min(...inPeak)).toBeCloseTo(99.9, 3);
    expect(Math.abs(times.length - 1000 - 2592)).toBeLessThanOrEqual(1);
  });

  it('uniform arrivals of a year of days follow each day alike', () => {
    const day = 86_400_000;
    const profile = diurnalLoad({
      meanPerSecond: 0.01,
      amplitude: 1,
      periodMs: day,
      durationMs: 365 * day,
    });
    const perDay = Array.from({ length: 365 }, () => 0);
    for (const time of take(profile, 'uniform')) {
      const of = Math.floor(time / day);
      perDay[of] = (perDay[of] ?? 0) + 1;
    }
    expect(perDay.every((count) => count === 864)).toBe(true);
  });

  it('arrivals are numbered from 0, in order, and inside the duration', () => {
    fc.assert(
      fc.property(
        anyProfile,
        fc.constantFrom<ArrivalProcess>('poisson', 'uniform'),
        fc.nat(),
        (profile, process, seed) => {
          const made = [...arrivals(profile, { process, random: createRandom(seed) })];
          let previousMs = 0;
          for (const [index, arrival] of made.entries()) {
            expect(arrival.index).toBe(index);
            expect(arrival.atMs).toBeGreaterThanOrEqual(previousMs);
            expect(arrival.atMs).toBeLessThan(profile.durationMs);
            previousMs = arrival.atMs;
          }
        },
      ),
    );
  });

  it('as many uniform arrivals come as the rate adds up to, give or take one', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1000, noNaN: true }),
        fc.double({ min: 1, max: 5000, noNaN: true }),
        (ratePerSecond, durationMs) => {
          const count = take(constantLoad({ ratePerSecond, durationMs }), 'uniform').length;
          expect(Math.abs(count - (ratePerSecond * durationMs) / 1000)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('the same seed gives the same arrivals, another seed others', () => {
    const profile = diurnalLoad({
      meanPerSecond: 50,
      amplitude: 1,
      periodMs: 5000,
      durationMs: 10_000,
    });
    expect(take(profile, 'poisson', 7)).toEqual(take(profile, 'poisson', 7));
    expect(take(profile, 'poisson', 7)).not.toEqual(take(profile, 'poisson', 8));
  });

  it('arrivals are made as they are taken', () => {
    const endless = constantLoad({ ratePerSecond: 1000, durationMs: 1e15 });
    const iterator = arrivals(endless, { process: 'poisson', random: createRandom(1) })[
      Symbol.iterator
    ]();
    expect(iterator.next().value).toMatchObject({ index: 0 });
    expect(iterator.next().value).toMatchObject({ index: 1 });
  });

  it('a profile that exceeds its own maximum is refused', () => {
    const profile: LoadProfile = {
      durationMs: 1000,
      ratePerSecond: () => 20,
      maxRatePerSecond: 10,
      description: 'too much',
    };
    expect(() => take(profile, 'uniform')).toThrow(/maxRatePerSecond \(10\), got 20/);
    expect(() => take(profile, 'poisson')).toThrow(RangeError);
  });
});
