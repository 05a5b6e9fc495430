import { describe, expect, test } from 'vitest';
import { createSilence } from '../../../site/src/exercise/silence.ts';

/** Looks until a worker is taken for stuck that was loaded after so many, and then says nothing. */
function looksUntilStuck(loadingLooks: number): number {
  const silence = createSilence();
  for (let look = 0; look < loadingLooks; look += 1) expect(silence.look()).toBe(false);
  silence.begun();
  let looks = 1;
  while (!silence.look()) looks += 1;
  return looks;
}

describe('a worker that judges an exercise', () => {
  test('is not taken for stuck while it loads, however long that takes', () => {
    const silence = createSilence();
    for (let look = 0; look < 10_000; look += 1) expect(silence.look()).toBe(false);
  });

  test('is stuck after twenty silent seconds, and on a slow machine after twenty loads', () => {
    expect(looksUntilStuck(2)).toBe(81);
    expect(looksUntilStuck(40)).toBe(801);
  });

  test('has its time again with each sign of life', () => {
    const silence = createSilence();
    silence.begun();
    for (let look = 0; look < 1_000; look += 1) {
      if (look % 80 === 0) silence.heard();
      expect(silence.look()).toBe(false);
    }
  });
});
