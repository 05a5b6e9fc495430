import { describe, expect, test } from 'vitest';
import { BreakerOpenError } from './errors.ts';
import { parseRetryAfter, retryAfterMsOf } from './retry-after.ts';

const nowMs = Date.UTC(2026, 10, 29, 14, 0, 0);

describe('a Retry-After', () => {
  test.each([
    ['0', 0],
    ['120', 120_000],
    [' 7 ', 7_000],
    ['Sun, 29 Nov 2026 14:00:30 GMT', 30_000],
    ['Sunday, 29-Nov-26 14:00:30 GMT', 30_000],
    ['Sun Nov 29 14:00:30 2026', 30_000],
    ['Tue Dec  1 00:00:00 2026', 34 * 3_600_000],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 0],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 0],
  ])('of "%s" is a wait of %i ms', (value, ms) => {
    expect(parseRetryAfter(value, nowMs)).toBe(ms);
  });

  test.each(['', '-1', '1.5', '1e3', '0x10', 'soon', '2026-11-29T14:00:30Z'])(
    'of "%s" says nothing',
    (value) => expect(parseRetryAfter(value, nowMs)).toBeUndefined(),
  );

  test.each([
    'Mon, 30 Feb 2026 00:00:00 GMT',
    'Sun, 29 Foo 2026 14:00:30 GMT',
    'Sun, 29 Nov 2026 14-00-30 GMT',
    'Sun, 29 Nov 2026 14:00:30 CET',
  ])('of "%s" is no date', (value) => {
    expect(parseRetryAfter(value, nowMs)).toBeUndefined();
  });
});

describe('the delay that an error asks for', () => {
  const headers = { 'Retry-After': '3' };

  test('comes from its own word, its header, that of its response, or its cause', () => {
    expect(retryAfterMsOf(new BreakerOpenError('bank', 250))).toBe(250);
    expect(retryAfterMsOf({ headers })).toBe(3_000);
    expect(retryAfterMsOf(new Response('', { status: 429, headers }))).toBe(3_000);
    expect(retryAfterMsOf({ response: { headers: { 'retry-after': ['3'] } } })).toBe(3_000);
    expect(retryAfterMsOf(new Error('wrapped', { cause: { headers } }))).toBe(3_000);
    expect(retryAfterMsOf({ headers: { date: 'Sun', 'retry-after': 'never' } })).toBeUndefined();
  });

  test('is none where nothing is said, and causes in a circle say nothing', () => {
    const circle = new Error('a');
    circle.cause = circle;
    const silent = [circle, undefined, null, 'text', {}, { retryAfterMs: Number.NaN }];
    expect(silent.map((source) => retryAfterMsOf(source))).toEqual(silent.map(() => undefined));
  });
});
