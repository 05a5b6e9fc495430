import { expect, test } from 'vitest';
import { newCareer, scoredOnce } from './achievements.ts';

test('each achievement is reached once, with the very hit or coin that it takes', () => {
  let career = newCareer;
  const reached: (readonly string[])[] = [];
  for (const what of [
    ...Array.from({ length: 9 }, () => 'hit' as const),
    ...Array.from({ length: 7 }, () => 'coin' as const),
  ]) {
    const next = scoredOnce(career, what);
    ({ career } = next);
    reached.push(next.reached);
  }
  expect(reached.flatMap((names, index) => names.map((name) => [name, index + 1]))).toEqual([
    ['first-hit', 1],
    ['sharpshooter', 8],
    ['collector', 15],
  ]);
});
