import { generateSync } from 'otplib';
import { expect, test } from 'vitest';
import { newCodeSecret, stepOfCode } from './one-time-code.ts';

/** "12345678901234567890" in base 32: the secret of RFC 6238. */
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

// RFC 6238, appendix B, SHA-1: the last six of its eight digits.
test.each([
  [59, '94287082'],
  [1_111_111_109, '07081804'],
  [1_111_111_111, '14050471'],
  [1_234_567_890, '89005924'],
  [2_000_000_000, '69279037'],
  [20_000_000_000, '65353130'],
])('at %i s the code is %s', (seconds, digits) => {
  expect(generateSync({ secret, epoch: seconds, digits: 8 })).toBe(digits);
  expect(stepOfCode(secret, digits.slice(2), seconds * 1_000, -1)).toBe(Math.floor(seconds / 30));
});

test('a code is taken a step early or late, and not two', () => {
  const code = generateSync({ secret, epoch: 3_000 });
  const takenAt = [2_939, 2_969, 2_970, 3_000, 3_059, 3_060, 3_090].filter(
    (seconds) => stepOfCode(secret, code, seconds * 1_000, -1) !== undefined,
  );
  expect(takenAt).toEqual([2_970, 3_000, 3_059]);
});

test('a code opens once, and no older one opens after it', () => {
  const now = 3_000_000;
  const step = stepOfCode(secret, generateSync({ secret, epoch: 3_000 }), now, -1) ?? 0;
  expect(stepOfCode(secret, generateSync({ secret, epoch: 3_000 }), now, step)).toBeUndefined();
  expect(stepOfCode(secret, generateSync({ secret, epoch: 2_970 }), now, step)).toBeUndefined();
  expect(stepOfCode(secret, generateSync({ secret, epoch: 3_030 }), now, step)).toBe(step + 1);
});

test('what is no code is refused', () => {
  for (const wrong of ['', '12345', 'abcdef', '1234567']) {
    expect(stepOfCode(newCodeSecret(), wrong, 0, -1)).toBeUndefined();
  }
});
