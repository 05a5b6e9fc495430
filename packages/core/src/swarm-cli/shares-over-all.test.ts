import { expect, test } from 'vitest';
import { sharesOverAll } from './shares-over-all.ts';

const caught = (part: number, of: number, atLeast = 0.9) => ({
  'cheaters-caught': { part, of, limit: { atLeast } },
});

test('what no storm can show alone, all of them together show', () => {
  const storm = caught(5, 7);
  expect(sharesOverAll([storm])).toMatchObject([{ part: 5, of: 7, holds: true }]);
  const [all] = sharesOverAll(Array.from({ length: 20 }, () => storm));
  expect(all).toMatchObject({ rule: 'cheaters-caught', part: 100, of: 140, holds: false });
  expect(all?.interval[1]).toBeLessThan(0.9);
});

test('each rule is added up by itself, and storms without it count for nothing', () => {
  const spared = { 'honest-spared': { part: 0, of: 400, limit: { atMost: 0.001 } } };
  expect(sharesOverAll([{ ...caught(9, 10), ...spared }, {}, spared])).toMatchObject([
    { rule: 'cheaters-caught', part: 9, of: 10, holds: true },
    { rule: 'honest-spared', part: 0, of: 800, holds: true },
  ]);
});

test('of limits that differ the most lenient one counts', () => {
  const [all] = sharesOverAll([caught(80, 100, 0.9), caught(80, 100, 0.8)]);
  expect(all).toMatchObject({ limit: { atLeast: 0.8 }, holds: true });
});
