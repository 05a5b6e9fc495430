import { expect, test } from 'vitest';
import { brokenWithFew } from './few-people.ts';

test('with few people, the hardened platform keeps every promise for five seeds from 6 on', async () => {
  for (let seed = 6; seed <= 10; seed += 1) expect(await brokenWithFew(seed)).toEqual([]);
});
