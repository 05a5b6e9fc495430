import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DurationHistogram } from './histogram.ts';
import { snapshotOf } from './histogram-snapshot.ts';

describe('the histogram', () => {
  test('knows every quantile to within 6.25 %, and never understates it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 2_000_000, noNaN: true }), { minLength: 1 }),
        fc.constantFrom<['p50Ms' | 'p90Ms' | 'p99Ms' | 'p999Ms', number]>(
          ['p50Ms', 0.5],
          ['p90Ms', 0.9],
          ['p99Ms', 0.99],
          ['p999Ms', 0.999],
        ),
        (values, [name, share]) => {
          const histogram = new DurationHistogram();
          for (const value of values) histogram.record(value);
          const sorted = values.toSorted((a, b) => a - b);
          const exact = sorted[Math.max(1, Math.ceil(values.length * share)) - 1] ?? 0;
          const found = snapshotOf([histogram])[name];
          expect(found).toBeGreaterThanOrEqual(exact);
          // Below 16 microseconds the buckets are a microsecond wide.
          expect(found).toBeLessThanOrEqual(exact * 1.0625 + 0.001);
        },
      ),
    );
  });

  test('reports nothing but zeros when nothing was recorded, or only zeros were', () => {
    const histogram = new DurationHistogram();
    const zeros = { meanMs: 0, p50Ms: 0, p90Ms: 0, p99Ms: 0, p999Ms: 0, maxMs: 0 };
    expect(snapshotOf([histogram])).toEqual({ count: 0, ...zeros });
    histogram.record(0);
    histogram.record(-1);
    expect(snapshotOf([histogram])).toEqual({ count: 2, ...zeros });
  });

  test('counts durations of zero that are only counted like those that are measured', () => {
    const counted = new DurationHistogram();
    const measured = new DurationHistogram();
    for (const ms of [0, 3, 0, 0, 7]) {
      measured.record(ms);
      if (ms === 0) counted.recordZero();
      else counted.record(ms);
    }
    expect(snapshotOf([counted])).toEqual(snapshotOf([measured]));
    expect(snapshotOf([counted])).toMatchObject({ count: 5, meanMs: 2, p50Ms: 0 });
  });

  test('counts repetitions, longer than it can tell apart too', () => {
    const histogram = new DurationHistogram();
    for (const ms of [5, 5, 5, 10_000_000]) histogram.record(ms);
    const { count, meanMs, p50Ms, maxMs } = snapshotOf([histogram]);
    expect({ count, meanMs, maxMs }).toEqual({ count: 4, meanMs: 2_500_003.75, maxMs: 10_000_000 });
    expect(p50Ms).toBeCloseTo(5, 0);
  });

  test('adds up', () => {
    const one = new DurationHistogram();
    const two = new DurationHistogram();
    one.record(1);
    two.record(100);
    two.record(300);
    expect(snapshotOf([one, two])).toMatchObject({ count: 3, maxMs: 300 });
  });
});
