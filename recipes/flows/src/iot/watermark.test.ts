import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReorderBuffer } from './reorder-buffer.ts';
import { Watermark } from './watermark.ts';

describe('the watermark', () => {
  it('waits for the slowest source, less the disorder that is allowed', () => {
    const watermark = new Watermark({ disorderMs: 100, idleMs: 1000 });
    watermark.observe('a', 5000, 0);
    watermark.observe('b', 3000, 0);
    expect(watermark.advance(0)).toBe(2900);
  });

  it('does not wait for a source that is silent, and never goes back when it returns', () => {
    const watermark = new Watermark({ disorderMs: 0, idleMs: 1000 });
    watermark.observe('a', 1000, 0);
    watermark.observe('b', 1000, 0);
    watermark.observe('a', 3000, 2000);
    expect(watermark.advance(2000)).toBe(3000);
    watermark.observe('b', 1100, 2100);
    expect(watermark.advance(2100)).toBe(3000);
  });

  it('stands still while all are silent', () => {
    const watermark = new Watermark({ disorderMs: 0, idleMs: 1000 });
    expect(watermark.advance(0)).toBe(-Infinity);
    watermark.observe('a', 1000, 0);
    expect(watermark.advance(0)).toBe(1000);
    expect(watermark.advance(60_000)).toBe(1000);
  });

  it('names an option that is no time', () => {
    expect(() => new Watermark({ disorderMs: -1, idleMs: 1 })).toThrow('disorderMs is -1');
  });
});

describe('the reorder buffer', () => {
  it('hands everything out once, in the order of event time, equals as they came', () => {
    const items = fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.nat(5)));
    fc.assert(
      fc.property(items, (all) => {
        const buffer = new ReorderBuffer<{ eventMs: number; id: number }>();
        const out: { eventMs: number; id: number }[] = [];
        for (const [id, [eventMs]] of all.entries()) buffer.add({ eventMs, id });
        out.push(...buffer.release(20), ...buffer.release(Infinity));
        const expected = all
          .map(([eventMs], id) => ({ eventMs, id }))
          .toSorted((a, b) => a.eventMs - b.eventMs || a.id - b.id);
        expect(out).toEqual(expected);
        expect(buffer.size).toBe(0);
      }),
    );
  });
});
