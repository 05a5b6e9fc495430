import { expect, test } from 'vitest';
import { compare } from './postgres-comparison.ts';

const row = (eventId: string, version: number) => ({
  eventId,
  version,
  category: 'order',
  stream: 'order/1',
});
const committed = [row('a', 1), row('b', 2), row('c', 3)];
const right = { committed: 3, applied: 3, skipped: 0, duplicated: 0, outOfOrder: 0, unknown: 0 };

test('everything once and in order is nothing to complain of', () => {
  expect(compare(committed, committed)).toEqual(right);
});

test.each([
  ['a skipped event', [row('a', 1), row('c', 3)], { applied: 2, skipped: 1, outOfOrder: 1 }],
  ['the last one missing', [row('a', 1), row('b', 2)], { applied: 2, skipped: 1 }],
  [
    'a repeated event',
    [row('a', 1), row('b', 2), row('b', 2), row('c', 3)],
    { applied: 4, duplicated: 1, outOfOrder: 1 },
  ],
  ['two events exchanged', [row('b', 2), row('a', 1), row('c', 3)], { outOfOrder: 3 }],
  ['an event of no commit', [...committed, row('d', 4)], { applied: 4, unknown: 1 }],
])('%s is counted', (_, applied, difference) => {
  expect(compare(committed, applied)).toEqual({ ...right, ...difference });
});
