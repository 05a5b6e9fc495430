import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { BrowserContext, BrowserContinuation } from './context.ts';
import { inspect } from './inspect.ts';
import { createSha256 } from './sha256.ts';
import { addSourceMap, sourceStack } from './source-maps.ts';
import { setTimeZone } from './time-zone.ts';
import { timers } from './timers.ts';

// What needs a browser is compared with Node, record by record, by `pnpm test:browser`.
describe('the side of the door for a browser', () => {
  test.each(['', 'abc', 'ä€😀', 'x'.repeat(1_000)])('hashes %j as Node does', (text) => {
    const hex = createHash('sha256').update(text).digest('hex');
    expect(createSha256().update(text).hex()).toBe(hex);
    const digest = createSha256().update(new TextEncoder().encode(text)).digest();
    expect(Buffer.from(digest).toString('hex')).toBe(hex);
  });

  test('runs immediates in their order, each on a turn of its own, and none that was cleared', async () => {
    const seen: string[] = [];
    timers.setImmediate((text: string) => {
      seen.push(text);
      void Promise.resolve().then(() => seen.push('its promises'));
    }, 'first');
    const cleared = timers.setImmediate(() => seen.push('cleared'));
    timers.clearImmediate(cleared);
    await new Promise<void>((resolve) => {
      timers.setImmediate(() => {
        seen.push('last');
        resolve();
      });
    });
    expect(seen).toEqual(['first', 'its promises', 'last']);
  });

  test('knows the context of a call, and gives back the one before', () => {
    const context = new BrowserContext<string>();
    const inner = context.run('outer', () => [
      context.run('inner', () => context.get()),
      context.get(),
    ]);
    expect(inner).toEqual(['inner', 'outer']);
    expect(context.get()).toBeUndefined();
    expect(() =>
      context.run('lost', () => {
        throw new Error('x');
      }),
    ).toThrow('x');
    expect(context.get()).toBeUndefined();
  });

  test('gives each continuation a number of its own', () => {
    const [one, other] = [new BrowserContinuation('x'), new BrowserContinuation('x')];
    expect(one.asyncId()).toBe(one.asyncId());
    expect(one.asyncId()).not.toBe(other.asyncId());
    expect(one.runInAsyncScope((a: number) => a + 1, undefined, 1)).toBe(2);
  });

  test('reads local times in UTC, puts the zone back, and refuses any other', () => {
    const before = process.env['TZ'];
    process.env['TZ'] = 'Asia/Kolkata';
    try {
      const date = new Date('2026-01-01T20:00:00Z');
      expect(date.getDate()).toBe(2);
      const restore = setTimeZone('UTC');
      expect([date.getDate(), date.getHours(), date.getTimezoneOffset()]).toEqual([1, 20, 0]);
      date.setHours(3);
      restore();
      expect(date.toISOString()).toBe('2026-01-01T03:00:00.000Z');
      expect(date.getHours()).toBe(8);
      expect(() => setTimeZone('Europe/Berlin')).toThrow(/timeZone must be UTC in a browser/);
    } finally {
      if (before === undefined) delete process.env['TZ'];
      else process.env['TZ'] = before;
    }
  });

  test('puts a stack into words by its source map, and leaves other scripts alone', () => {
    const map = { version: 3, names: [], sources: ['../src/a.ts'], mappings: 'AAAA;AACA' } as const;
    addSourceMap('http://127.0.0.1:1/a.js', { ...map, names: [], sources: [...map.sources] });
    const stack =
      'Error: x\n    at f (http://127.0.0.1:1/a.js:2:1)\n    at http://127.0.0.1:1/b.js:2:1';
    expect(sourceStack(stack)).toBe(
      'Error: x\n    at f (../src/a.ts:2:1)\n    at http://127.0.0.1:1/b.js:2:1',
    );
  });

  test('shows values as people read them', () => {
    const ring: Record<string, unknown> = {};
    ring['self'] = ring;
    expect(inspect('text')).toBe('text');
    expect(inspect({ a: 1 })).toBe('{\n  "a": 1\n}');
    expect(inspect(undefined)).toBe('undefined');
    expect(inspect(ring)).toBe('[object Object]');
  });
});
