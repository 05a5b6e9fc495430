import * as fc from 'fast-check';
import { build } from 'hdr-histogram-js';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { counter, defineMeasures, gauge, histogram, MeterState, readMeter } from './index.ts';

const measures = defineMeasures({
  paid: counter({ label: 'paid' }),
  waiting: gauge({ label: 'waiting', unit: 'count' }),
  timeToPay: histogram({ label: 'time to pay', unit: 'ms' }),
});

function makeMeter() {
  let nowMs = 0;
  const meter = new MeterState(measures, () => nowMs);
  const at = (ms: number): void => {
    nowMs = ms;
  };
  return { meter, at, measured: readMeter(measures, meter) };
}

const lowOf = (count: number): number | undefined => {
  const { meter, measured } = makeMeter();
  for (let at = 1; at <= count; at += 1) meter.record(measures.timeToPay, (1_000 * at) / count);
  return measured.timeToPay.worstWindow(99)?.atLeast;
};

describe('a declared measurement', () => {
  test('is the only key: a name that was not declared is a type error, and a sentence at run time', () => {
    const { measured } = makeMeter();
    // @ts-expect-error -- misspelt on purpose
    expect(() => measures.timeToPaye).toThrow(
      'There is no measurement "timeToPaye". Did you mean "timeToPay"?',
    );
    // @ts-expect-error -- misspelt on purpose
    expect(() => measured.payd).toThrow('There is no measurement "payd". Did you mean "paid"?');
    expectTypeOf(measured.timeToPay.p99).toEqualTypeOf<number | undefined>();
  });

  test('of one kind is not taken for another', () => {
    const { meter } = makeMeter();
    // @ts-expect-error -- a counter is no histogram
    expect(() => meter.record(measures.paid, 1)).toThrow('There is no histogram "paid"');
  });

  test('of another example is not taken', () => {
    const { meter } = makeMeter();
    const other = defineMeasures({ payd: counter({ label: 'paid' }) });
    expect(() => meter.count(other.payd)).toThrow('There is no counter "payd" among these');
  });

  test.each([Number.NaN, Infinity, -1])('refuses an observation of %s', (value) => {
    const { meter } = makeMeter();
    expect(() => meter.record(measures.timeToPay, value)).toThrow('Failed to record timeToPay');
  });
});

describe('what was measured', () => {
  test('is nothing, and no 0, where nothing was observed', () => {
    const { measured, meter } = makeMeter();
    expect(measured.timeToPay).toMatchObject({ count: 0, p99: undefined, max: undefined });
    expect(measured.timeToPay.worstWindow(99)).toBeUndefined();
    expect(meter.endSecond()).toMatchObject({ timeToPay: { count: 0, p99: undefined } });
  });

  test('is not cut off: a wait of two hours reads two hours', () => {
    const { meter, measured } = makeMeter();
    meter.record(measures.timeToPay, 7_200_000);
    expect(measured.timeToPay.p50).toBeCloseTo(7_200_000, -4);
    expect(measured.timeToPay.max).toBe(7_200_000);
  });

  test('of a second is what that second added', () => {
    const { meter, measured } = makeMeter();
    meter.count(measures.paid, 3);
    meter.gauge(measures.waiting, () => 7);
    expect(meter.endSecond()).toMatchObject({ paid: 3, waiting: 7 });
    expect(meter.endSecond()).toMatchObject({ paid: 0, waiting: 7 });
    expect(measured.paid.total).toBe(3);
    expect(measured.waiting).toMatchObject({ peak: 7, last: 7 });
  });

  test('of a second has the percentiles of a histogram with two significant digits', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1e7 }), { minLength: 1, maxLength: 300 }),
        (steps) => {
          const { meter } = makeMeter();
          const buckets = build({ numberOfSignificantValueDigits: 2, autoResize: true });
          for (const value of steps) {
            meter.record(measures.timeToPay, value / 10);
            buckets.recordValue(value);
          }
          const of = (percent: number): number =>
            Math.min(buckets.getValueAtPercentile(percent), buckets.maxValue) / 10;
          expect(meter.endSecond()['timeToPay']).toEqual({
            count: steps.length,
            p50: of(50),
            p95: of(95),
            p99: of(99),
          });
        },
      ),
    );
    const { meter } = makeMeter();
    expect(meter.endSecond()['timeToPay']).toMatchObject({ count: 0, p50: undefined });
  });

  test('of the worst window is that of the five minutes with the highest percentile', () => {
    const { meter, measured, at } = makeMeter();
    meter.record(measures.timeToPay, 100);
    at(299_999);
    meter.record(measures.timeToPay, 100);
    at(300_000);
    meter.record(measures.timeToPay, 900);
    expect(measured.timeToPay.worstWindow(99)).toMatchObject({
      fromMs: 300_000,
      count: 1,
      value: 900,
    });
  });

  test('of a window says what three of it reach: of few less than it is, of many itself', () => {
    expect(lowOf(100)).toBeCloseTo(980, -1);
    expect(lowOf(1_000)).toBeCloseTo(990, -1);
    expect(lowOf(1)).toBe(1_000);
  });

  test('keeps its percentiles in order, and none above the maximum', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e8, noNaN: true }), { minLength: 1, maxLength: 50 }),
        (values) => {
          const { meter, measured } = makeMeter();
          for (const value of values) meter.record(measures.timeToPay, value);
          const { p50 = 0, p95 = 0, p99 = 0, max = 0 } = measured.timeToPay;
          expect(p50).toBeLessThanOrEqual(p95);
          expect(p95).toBeLessThanOrEqual(p99);
          expect(p99).toBeLessThanOrEqual(max);
          expect(max).toBe(Math.max(...values));
        },
      ),
    );
  });
});

const withoutFrom10To20 = (record: (meter: MeterState, at: (ms: number) => void) => void) => {
  let nowMs = 0;
  const meter = new MeterState(measures, () => nowMs, true);
  record(meter, (ms) => {
    nowMs = ms;
  });
  return readMeter(
    measures,
    meter.without((fromMs, toMs) => fromMs < 20 && toMs >= 10),
  );
};

describe('without some of the time', () => {
  test('a count is of when it began, though it comes later', () => {
    const { paid } = withoutFrom10To20((meter, at) => {
      at(15);
      meter.count(measures.paid, 1, 9);
      meter.count(measures.paid);
      at(30);
      meter.count(measures.paid, 2);
      meter.count(measures.paid, 1, 19);
    });
    expect(paid.total).toBe(3);
  });

  test('a latency is of all of its time', () => {
    const { timeToPay } = withoutFrom10To20((meter, at) => {
      at(9);
      meter.record(measures.timeToPay, 9);
      at(15);
      meter.record(measures.timeToPay, 7);
      at(30);
      meter.record(measures.timeToPay, 11);
      meter.record(measures.timeToPay, 10);
    });
    expect(timeToPay).toMatchObject({ count: 2, max: 10 });
    expect(timeToPay.worstWindow(99)).toMatchObject({ count: 2, value: 10 });
  });

  test('a gauge has the peak of the rest', () => {
    const { waiting } = withoutFrom10To20((meter, at) => {
      let value = 3;
      meter.gauge(measures.waiting, () => value);
      for (const [ms, next] of [
        [5, 3],
        [15, 7],
        [25, 2],
      ] as const) {
        at(ms);
        value = next;
        meter.endSecond();
      }
    });
    expect(waiting).toMatchObject({ peak: 3, last: 2 });
  });

  test('only what was kept can be left out', () => {
    expect(() => makeMeter().meter.without(() => true)).toThrow(
      'they are not kept. Set keepsEach.',
    );
  });
});
