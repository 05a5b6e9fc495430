import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { cosineOfTurns } from './diurnal-load.ts';
import {
  constantLoad,
  diurnalLoad,
  type LoadProfile,
  rampLoad,
  scaleLoad,
  sequence,
  spikeLoad,
  steps,
} from './index.ts';

const at = (profile: LoadProfile, ...times: number[]): number[] =>
  times.map((time) => profile.ratePerSecond(time));

describe('load profiles', () => {
  it('a constant load has one rate', () => {
    const profile = constantLoad({ ratePerSecond: 20, durationMs: 60_000 });
    expect(at(profile, 0, 59_999)).toEqual([20, 20]);
    expect(profile.description).toBe('20/s for 60 s');
  });

  it('a ramp goes in a straight line, up or down', () => {
    const up = rampLoad({ fromPerSecond: 0, toPerSecond: 100, durationMs: 1000 });
    const down = rampLoad({ fromPerSecond: 100, toPerSecond: 0, durationMs: 1000 });
    expect(at(up, 0, 250, 1000)).toEqual([0, 25, 100]);
    expect(at(down, 0, 250, 1000)).toEqual([100, 75, 0]);
    expect(down.maxRatePerSecond).toBe(100);
  });

  it('a spike rises and falls over its ramp', () => {
    const profile = spikeLoad({
      basePerSecond: 10,
      peakPerSecond: 110,
      durationMs: 1000,
      spikeFromMs: 200,
      spikeToMs: 600,
      rampMs: 100,
    });
    expect(at(profile, 0, 199, 200, 250, 300, 599, 600, 650, 700)).toEqual([
      10, 10, 10, 60, 110, 110, 110, 60, 10,
    ]);
  });

  it('a spike without a ramp is a step', () => {
    const profile = spikeLoad({
      basePerSecond: 1,
      peakPerSecond: 10,
      durationMs: 1000,
      spikeFromMs: 200,
      spikeToMs: 600,
    });
    expect(at(profile, 199, 200, 599, 600)).toEqual([1, 10, 10, 1]);
  });

  it('a diurnal load peaks where it is told, and half a period later is at its lowest', () => {
    const profile = diurnalLoad({
      meanPerSecond: 100,
      amplitude: 0.5,
      periodMs: 24_000,
      durationMs: 48_000,
      peakAtMs: 20_000,
    });
    expect(at(profile, 20_000, 32_000, 44_000)).toEqual([150, 50, 150]);
    expect(profile.ratePerSecond(26_000)).toBeCloseTo(100, 9);
  });

  it('the cosine agrees with Math.cos to the last digits, and stays within its bounds', () => {
    fc.assert(
      fc.property(fc.double({ min: -1000, max: 1000, noNaN: true }), (turns) => {
        const cosine = cosineOfTurns(turns);
        expect(Math.abs(cosine)).toBeLessThanOrEqual(1);
        expect(cosine).toBeCloseTo(Math.cos(2 * Math.PI * (turns - Math.floor(turns))), 12);
      }),
    );
  });

  it('a sequence plays each profile on its own clock', () => {
    const profile = sequence([
      constantLoad({ ratePerSecond: 5, durationMs: 1000 }),
      rampLoad({ fromPerSecond: 0, toPerSecond: 10, durationMs: 1000 }),
    ]);
    expect(profile.durationMs).toBe(2000);
    expect(profile.maxRatePerSecond).toBe(10);
    expect(at(profile, 0, 999, 1000, 1500)).toEqual([5, 5, 0, 5]);
  });

  it('steps are a staircase', () => {
    const profile = steps([
      { ratePerSecond: 1, durationMs: 100 },
      { ratePerSecond: 2, durationMs: 100 },
    ]);
    expect(at(profile, 99, 100)).toEqual([1, 2]);
  });

  it('two days by the second are a staircase like any other', () => {
    const ratesPerSecond = Array.from({ length: 172_800 }, (_, second) => 20 + (second % 7));
    const profile = steps(
      ratesPerSecond.map((ratePerSecond) => ({ ratePerSecond, durationMs: 1000 })),
    );
    expect(profile).toMatchObject({ durationMs: 172_800_000, maxRatePerSecond: 26 });
    expect(profile.description).toBe('172800 parts, at most 26/s for 48 h');
    for (const second of [0, 1, 86_399, 86_400, 172_799]) {
      expect(at(profile, second * 1000, second * 1000 + 999.999)).toEqual([
        ratesPerSecond[second],
        ratesPerSecond[second],
      ]);
    }
  });

  it('pieces cover the whole, in order, and none has a moment above its maximum', () => {
    const spike = spikeLoad({
      basePerSecond: 10,
      peakPerSecond: 110,
      durationMs: 1000,
      spikeFromMs: 200,
      spikeToMs: 600,
      rampMs: 100,
    });
    const day = diurnalLoad({ meanPerSecond: 9, amplitude: 1, periodMs: 500, durationMs: 700 });
    const own: LoadProfile = {
      durationMs: 90,
      ratePerSecond: () => 3,
      maxRatePerSecond: 3,
      description: 'without pieces',
    };
    const whole = scaleLoad(
      sequence([spike, sequence([day, own]), constantLoad({ ratePerSecond: 0, durationMs: 40 })]),
      3,
    );
    const pieces = whole.pieces ?? [];
    expect(pieces.map(({ fromMs }) => fromMs)).toEqual([0, 200, 300, 600, 700, 1000, 1700, 1790]);
    expect(pieces.map(({ toMs }) => toMs)).toEqual([200, 300, 600, 700, 1000, 1700, 1790, 1830]);
    expect(pieces.map(({ maxRatePerSecond }) => maxRatePerSecond)).toEqual([
      30, 330, 330, 330, 30, 54, 9, 0,
    ]);
    for (const { fromMs, toMs, maxRatePerSecond } of pieces) {
      for (let step = 0; step < 100; step += 1) {
        const rate = whole.ratePerSecond(fromMs + (step / 100) * (toMs - fromMs));
        expect(rate).toBeLessThanOrEqual(maxRatePerSecond * (1 + 1e-9));
      }
    }
  });

  it('scaling multiplies every rate and the maximum', () => {
    const profile = scaleLoad(rampLoad({ fromPerSecond: 0, toPerSecond: 8, durationMs: 100 }), 2.5);
    expect(at(profile, 50, 100)).toEqual([10, 20]);
    expect(profile.maxRatePerSecond).toBe(20);
  });

  it('no profile has a moment above its maximum', () => {
    const rate = fc.double({ min: 0, max: 1e6, noNaN: true });
    const spike = fc.tuple(rate, rate).map(([basePerSecond, peakPerSecond]) =>
      spikeLoad({
        basePerSecond,
        peakPerSecond,
        durationMs: 1000,
        spikeFromMs: 100,
        spikeToMs: 700,
        rampMs: 200,
      }),
    );
    const ramp = fc
      .tuple(rate, rate)
      .map(([fromPerSecond, toPerSecond]) =>
        rampLoad({ fromPerSecond, toPerSecond, durationMs: 1000 }),
      );
    const time = fc.double({ min: 0, max: 1000, noNaN: true });
    fc.assert(
      fc.property(fc.oneof(spike, ramp), time, (profile, elapsedMs) => {
        const value = profile.ratePerSecond(elapsedMs);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(profile.maxRatePerSecond * (1 + 1e-9));
      }),
    );
  });

  const spike = { basePerSecond: 1, peakPerSecond: 2, durationMs: 100 };
  const day = { meanPerSecond: 1, amplitude: 0.5, periodMs: 10, durationMs: 100 };
  it.each([
    ['ratePerSecond', -1, () => constantLoad({ ratePerSecond: -1, durationMs: 1 })],
    ['durationMs', 0, () => constantLoad({ ratePerSecond: 1, durationMs: 0 })],
    ['toPerSecond', NaN, () => rampLoad({ fromPerSecond: 1, toPerSecond: NaN, durationMs: 1 })],
    ['spikeFromMs', 90, () => spikeLoad({ ...spike, spikeFromMs: 90, spikeToMs: 50 })],
    ['rampMs', -5, () => spikeLoad({ ...spike, spikeFromMs: 0, spikeToMs: 50, rampMs: -5 })],
    ['amplitude', 1.5, () => diurnalLoad({ ...day, amplitude: 1.5 })],
    ['periodMs', Infinity, () => diurnalLoad({ ...day, periodMs: Infinity })],
    ['peakAtMs', NaN, () => diurnalLoad({ ...day, peakAtMs: NaN })],
    ['factor', -2, () => scaleLoad(constantLoad({ ratePerSecond: 1, durationMs: 1 }), -2)],
    ['profiles', 0, () => sequence([])],
  ])('a bad %s is refused by name and value (%s)', (option, value, make) => {
    expect(make).toThrow(RangeError);
    expect(make).toThrow(option);
    expect(make).toThrow(String(value));
  });
});
