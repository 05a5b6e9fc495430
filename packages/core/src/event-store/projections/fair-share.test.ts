import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fairShare } from './fair-share.ts';

test('shares add up to all buckets and differ by one at most', () => {
  const counts = {
    buckets: fc.integer({ min: 1, max: 256 }),
    count: fc.integer({ min: 1, max: 64 }),
  };
  fc.assert(
    fc.property(fc.string(), fc.record(counts), (projection, { buckets, count }) => {
      const shares = Array.from({ length: count }, (_, rank) =>
        fairShare(projection, buckets, { count, rank }),
      );
      expect(shares.reduce((sum, share) => sum + share, 0)).toBe(buckets);
      expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
    }),
  );
});

test('projections of one bucket are spread over the runners', () => {
  const owners = Array.from({ length: 32 }, (_, index) =>
    [0, 1, 2, 3].find((rank) => fairShare(`projection-${index}`, 1, { count: 4, rank }) === 1),
  );
  expect(new Set(owners).size).toBe(4);
});
