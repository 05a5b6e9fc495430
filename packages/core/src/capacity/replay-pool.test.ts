import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { sizeForRecorded } from './plan-trace.ts';
import { countReplay, type RecordedWork, replayPool } from './replay-pool.ts';

const recorded = (rows: readonly (readonly [number, number])[]): RecordedWork => ({
  atMs: Float64Array.from(rows, ([at]) => at),
  serviceMs: Float64Array.from(rows, ([, duration]) => duration),
});

test('work waits for the first worker that becomes free, and is dropped when the queue is full', () => {
  const work = recorded([
    [0, 10],
    [1, 4],
    [2, 3],
    [3, 3],
    [6, 1],
  ]);
  // Two workers, one place: the third waits from 2 to 5, the fourth finds the place taken; the fifth
  // waits for the worker that is free at 8.
  const { waitsMs, dropped, meanWaitMs } = replayPool(work, { workers: 2, queueSize: 1 });
  expect([...waitsMs]).toEqual([0, 0, 3, Number.NaN, 2]);
  expect(dropped).toBe(1);
  expect(meanWaitMs).toBeCloseTo(5 / 4, 12);
});

test('a worker that becomes free at the moment of an arrival takes it', () => {
  const work = recorded([
    [0, 5],
    [5, 5],
  ]);
  expect(replayPool(work, { workers: 1, queueSize: 0 }).dropped).toBe(0);
});

test('counting gives up when more are dropped than allowed', () => {
  const work = recorded([
    [0, 100],
    [1, 1],
    [2, 1],
    [3, 1],
  ]);
  const size = { workers: 1, queueSize: 1 };
  expect(countReplay(work, size, { mostDropped: 2 })).toEqual({ admitted: 2, waitedMs: 99 });
  expect(countReplay(work, size, { mostDropped: 1 })).toBeUndefined();
});

const someWork = fc
  .array(
    fc.tuple(
      fc.double({ min: 0, max: 5, noNaN: true }),
      fc.double({ min: 0, max: 20, noNaN: true }),
    ),
    {
      minLength: 2,
      maxLength: 200,
    },
  )
  .map((rows) => {
    let at = 0;
    return recorded(rows.map(([gap, duration]) => [(at += gap + 0.01), duration] as const));
  });

test('an endless queue drops nothing, and never keeps more workers busy than there are', () => {
  fc.assert(
    fc.property(someWork, fc.integer({ min: 1, max: 5 }), (work, workers) => {
      const { dropped, waitsMs } = replayPool(work, { workers, queueSize: Infinity });
      const spans = [...work.atMs].map((at, index) => {
        const start = at + (waitsMs[index] ?? 0);
        return [start, start + (work.serviceMs[index] ?? 0)] as const;
      });
      expect(dropped).toBe(0);
      // An arrival and its wait do not add up to the start to the last bit.
      const rounding = 1e-9;
      const busyAt = (now: number): number =>
        spans.filter(([from, to]) => from <= now && to > now + rounding).length;
      expect(Math.max(...spans.map(([start]) => busyAt(start)))).toBeLessThanOrEqual(workers);
    }),
  );
});

test('the size that is found keeps the targets', () => {
  fc.assert(
    fc.property(someWork, (work) => {
      const targets = { dropRatio: 0.05, waitMs: 5, waitPercentile: 90 };
      const size = sizeForRecorded(work, { burstFactor: 2, targets });
      expect(size).toBeDefined();
      const { dropRatio } = replayPool(work, size ?? { workers: 1, queueSize: 0 });
      expect(dropRatio).toBeLessThanOrEqual(targets.dropRatio);
    }),
  );
});

test('columns of different lengths are refused', () => {
  const work = { atMs: Float64Array.of(0, 1), serviceMs: Float64Array.of(1) };
  expect(() => replayPool(work, { workers: 1, queueSize: 0 })).toThrow(
    '2 arrivals have 1 service times',
  );
});
