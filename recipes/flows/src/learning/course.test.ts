import { array, assert, constantFrom, integer, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import {
  course,
  isComplete,
  isOpen,
  nextLesson,
  nothingYet,
  streakOf,
  withAttempt,
} from './course.ts';

const lesson = constantFrom(...course.map(({ name }) => name));
const attempt = record({
  lesson,
  score: integer({ min: 0, max: 100 }),
  day: integer({ min: 0, max: 9 }),
});

test('the best attempt counts, in whatever order they come', () => {
  assert(
    property(array(attempt), (attempts) => {
      const after = (list: typeof attempts) =>
        list.reduce(
          (state, each) => withAttempt(state, each.lesson, each.score, each.day),
          nothingYet,
        );
      const { best, days } = after(attempts);
      expect(after(attempts.toReversed())).toMatchObject({ best, days });
      for (const [name, score] of Object.entries(best)) {
        const scores = attempts.filter((each) => each.lesson === name).map((each) => each.score);
        expect(score).toBe(Math.max(...scores));
      }
    }),
  );
});

test('a lesson opens when those that it needs are passed, and what is recommended is open', () => {
  let progress = nothingYet;
  const path: string[] = [];
  for (let next = nextLesson(progress); next !== undefined; next = nextLesson(progress)) {
    expect(isOpen(progress, next)).toBe(true);
    path.push(next);
    progress = withAttempt(progress, next, 70, 0);
  }
  expect(path).toEqual(['basics', 'events', 'queues', 'sagas']);
  expect(isComplete(progress)).toBe(true);
  expect(isOpen(withAttempt(nothingYet, 'basics', 69, 0), 'events')).toBe(false);
  expect(isOpen(progress, 'alchemy')).toBe(false);
});

test.each([
  [[], 0],
  [[3], 1],
  [[1, 2, 4, 5, 6], 3],
  [[6, 4, 5, 5], 3],
])('a streak is the days in a row up to the last: %j is %i', (days, length) => {
  expect(streakOf(days)).toBe(length);
});
