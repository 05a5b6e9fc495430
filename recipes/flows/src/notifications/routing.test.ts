import { expect, test } from 'vitest';
import { quietForMs, routeOf, textOf } from './routing.ts';

const preferences = {
  channels: ['sms'],
  wantsMarketing: false,
  quiet: { fromHour: 22, toHour: 7 },
  offsetHours: 1,
} as const;
const request = {
  id: 'r',
  userId: 'u',
  category: 'transactional',
  template: 'parcel',
  values: { what: 'tea' },
} as const;

test.each([
  ['2026-03-02T05:59:00Z', 2 * 60_000],
  ['2026-03-02T06:01:00Z', 0],
  ['2026-03-02T20:58:59Z', 0],
  ['2026-03-02T20:59:00Z', 9 * 3_600_000 + 2 * 60_000],
  ['2026-03-02T23:00:00Z', 7 * 3_600_000 + 60_000],
])('at %s, an hour east, a message waits for %i ms', (at, waits) => {
  expect(quietForMs(Date.parse(at), preferences)).toBe(waits);
});

test('what is critical goes everywhere, what is unwanted nowhere, the rest as the user wishes', () => {
  expect(routeOf({ ...request, category: 'critical' }, preferences)).toEqual([
    'email',
    'sms',
    'push',
  ]);
  expect(routeOf({ ...request, category: 'marketing' }, preferences)).toEqual([]);
  expect(routeOf(request, preferences)).toEqual(['sms']);
});

test('a text has its values, fits its channel, and there is none without them', () => {
  expect(textOf(request, 'sms')).toBe('tea is on its way');
  expect(textOf({ ...request, values: { what: 'x'.repeat(300) } }, 'sms')).toHaveLength(160);
  expect(textOf({ ...request, values: {} }, 'sms')).toBe(undefined);
  expect(textOf({ ...request, template: 'toString' }, 'sms')).toBe(undefined);
});
