import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cacheKey, scopeFor, scopeOf } from './cache-key.ts';

describe('a cache key', () => {
  it('is the same for the same scope, and never for another', () => {
    // Letters of the key's own grammar, so that parts try to look like others.
    const part = fc.string({ unit: fc.constantFrom('a', '1', '2', ':', '/'), maxLength: 6 });
    const scope = fc.record({
      owner: fc.option(part),
      kind: part,
      id: part,
    });
    fc.assert(
      fc.property(scope, scope, (a, b) => {
        const isSame = a.owner === b.owner && a.kind === b.kind && a.id === b.id;
        expect(cacheKey(a) === cacheKey(b)).toBe(isSame);
        expect(scopeOf(cacheKey(a))).toEqual(a);
      }),
      { numRuns: 2000 },
    );
  });

  it("of what is a user's own has the user in it", () => {
    const [ann, ben] = ['ann', 'ben'].map((user) => cacheKey(scopeFor(user, 'profile', 'me')));
    expect(ann).not.toBe(ben);
    expect(cacheKey(scopeFor('ann', 'quote', 'ACME'))).toBe(
      cacheKey(scopeFor('ben', 'quote', 'ACME')),
    );
  });
});
