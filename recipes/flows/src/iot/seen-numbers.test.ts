import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeenNumbers } from './seen-numbers.ts';

describe('seen numbers', () => {
  it('are a set that forgets nothing and keeps only the gaps', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 })), (numbers) => {
        const seen = new SeenNumbers();
        const set = new Set<number>();
        for (const number of numbers) {
          expect(seen.has(number)).toBe(set.has(number));
          seen.add(number);
          set.add(number);
        }
        let upTo = 0;
        while (set.has(upTo + 1)) upTo += 1;
        expect(seen.gaps).toBe(set.size - upTo);
      }),
    );
  });
});
