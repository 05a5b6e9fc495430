import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Aggregate, Windows } from './windows.ts';

const tumbling = { sizeMs: 1000, everyMs: 1000, latenessMs: 500 };

describe('windows', () => {
  it('hands a window out once the watermark has passed its end', () => {
    const windows = new Windows(tumbling);
    windows.add('a', 100, 3);
    windows.add('a', 999, 5);
    windows.add('a', 1000, 7);
    expect(windows.advance(999)).toEqual([]);
    expect(windows.advance(1000)).toEqual([
      { key: 'a', startMs: 0, endMs: 1000, count: 2, sum: 8, min: 3, max: 5, revision: 0 },
    ]);
    expect(windows.advance(1001)).toEqual([]);
  });

  it('corrects a window with a late reading, under a higher revision', () => {
    const windows = new Windows(tumbling);
    windows.add('a', 100, 3);
    windows.advance(1200);
    expect(windows.add('a', 200, 9)).toBe(1);
    expect(windows.advance(1200)).toMatchObject([{ count: 2, max: 9, revision: 1 }]);
  });

  it('refuses what comes after the lateness', () => {
    const windows = new Windows(tumbling);
    windows.add('a', 100, 3);
    windows.advance(1500);
    expect(windows.add('a', 200, 9)).toBe(0);
  });

  it('counts a reading in every window that slides over it', () => {
    const windows = new Windows({ sizeMs: 3000, everyMs: 1000, latenessMs: 0 });
    expect(windows.add('a', 2500, 1)).toBe(3);
    expect(windows.advance(10_000).map(({ startMs }) => startMs)).toEqual([0, 1000, 2000]);
  });

  it('names options that do not fit', () => {
    expect(() => new Windows({ ...tumbling, everyMs: 300 })).toThrow('everyMs is 300');
    expect(() => new Windows({ ...tumbling, latenessMs: -1 })).toThrow('latenessMs is -1');
  });

  it('ends with what a batch over all readings says, whatever order they come in', () => {
    const reading = fc.record({
      key: fc.constantFrom('a', 'b'),
      eventMs: fc.integer({ min: -5000, max: 20_000 }),
      value: fc.integer({ min: -50, max: 50 }),
    });
    const steps = fc.array(fc.tuple(reading, fc.integer({ min: 0, max: 700 })));
    const every = fc.constantFrom(250, 500, 1000);
    fc.assert(
      fc.property(steps, every, (all, everyMs) => {
        const options = { sizeMs: 1000, everyMs, latenessMs: 2000 };
        const windows = new Windows(options);
        const latest = new Map<string, Aggregate>();
        const counted: Aggregate[] = [];
        const keep = (out: Aggregate[]) => {
          for (const aggregate of out) {
            const name = `${aggregate.key} ${aggregate.startMs}`;
            expect(aggregate.revision).toBe((latest.get(name)?.revision ?? -1) + 1);
            latest.set(name, aggregate);
          }
        };
        let watermarkMs = -10_000;
        for (const [{ key, eventMs, value }, step] of all) {
          watermarkMs += step;
          keep(windows.advance(watermarkMs));
          let expected = 0;
          for (let startMs = -10_000; startMs <= 30_000; startMs += everyMs) {
            const endMs = startMs + 1000;
            if (eventMs < startMs || eventMs >= endMs) continue;
            if (endMs + 2000 <= watermarkMs) continue;
            expected += 1;
            counted.push({
              key,
              startMs,
              endMs,
              count: 1,
              sum: value,
              min: value,
              max: value,
              revision: 0,
            });
          }
          expect(windows.add(key, eventMs, value)).toBe(expected);
        }
        keep(windows.advance(Infinity));
        const batch = Map.groupBy(counted, ({ key, startMs }) => `${key} ${startMs}`);
        expect([...latest.keys()].toSorted()).toEqual([...batch.keys()].toSorted());
        for (const [name, parts] of batch) {
          const values = parts.map(({ sum }) => sum);
          expect(latest.get(name)).toMatchObject({
            count: parts.length,
            sum: values.reduce((a, b) => a + b, 0),
            min: Math.min(...values),
            max: Math.max(...values),
          });
        }
      }),
    );
  });
});
