import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DurationHistogram } from './histogram.ts';

describe('the histogram', () => {
  test('knows every quantile to within 6.25 %, and never understates it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 2_000_000, noNaN: true }), { minLength: 1 }),
        fc.double({ min: 0.001, max: 1, noNaN: true }),
        (values, share) => {
          const histogram = new DurationHistogram();
          for (const value of values) histogram.record(value);
          const sorted = values.toSorted((a, b) => a - b);
          const exact = sorted[Math.max(1, Math.ceil(values.length * share)) - 1] ?? 0;
          const found = histogram.quantileMs(share);
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
    expect(histogram.snapshot()).toEqual({ count: 0, ...zeros });
    histogram.record(0);
    histogram.record(-1);
    expect(histogram.snapshot()).toEqual({ count: 2, ...zeros });
  });

  test('counts durations of zero that are only counted like those that are measured', () => {
    const counted = new DurationHistogram();
    const measured = new DurationHistogram();
    for (const ms of [0, 3, 0, 0, 7]) {
      measured.record(ms);
      if (ms === 0) counted.recordZero();
      else counted.record(ms);
    }
    expect(counted.snapshot()).toEqual(measured.snapshot());
    expect(counted.snapshot()).toMatchObject({ count: 5, meanMs: 2, p50Ms: 0 });
  });

  test('counts repetitions, longer than it can tell apart too', () => {
    const histogram = new DurationHistogram();
    for (const ms of [5, 5, 5, 10_000_000]) histogram.record(ms);
    const { count, meanMs, p50Ms, maxMs } = histogram.snapshot();
    expect({ count, meanMs, maxMs }).toEqual({ count: 4, meanMs: 2_500_003.75, maxMs: 10_000_000 });
    expect(p50Ms).toBeCloseTo(5, 0);
  });

  test('adds up', () => {
    const one = new DurationHistogram();
    const two = new DurationHistogram();
    one.record(1);
    two.record(100);
    two.record(300);
    one.add(two);
    expect(one.snapshot()).toMatchObject({ count: 3, maxMs: 300 });
  });
});
