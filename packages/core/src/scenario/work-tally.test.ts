import { expect, test } from 'vitest';
import { WorkTally } from './work-tally.ts';

test('work is counted by when it was due, whenever it was done', () => {
  const tally = new WorkTally();
  for (const dueAtMs of [5, 15, 25]) tally.wasDue(dueAtMs);
  for (const dueAtMs of [25, 5]) tally.wasDone(dueAtMs);
  expect([tally.done, tally.due]).toEqual([2, 3]);
  expect(tally.share({ isJudged: (atMs) => atMs >= 10 })).toEqual({ done: 1, due: 2 });
});
