import { scrypt } from '@noble/hashes/scrypt.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { expect, test } from 'vitest';
import { hashPassword, isPassword, nobodysHash, simulatedCost } from './password-hash.ts';

// RFC 7914, section 12; its fourth vector takes a gigabyte.
test.each([
  [
    '',
    '',
    16,
    1,
    1,
    '77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906',
  ],
  [
    'password',
    'NaCl',
    1_024,
    8,
    16,
    'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640',
  ],
] as const)(
  'scrypt of "%s" with the salt "%s" is as published',
  (password, salt, n, r, p, hash) => {
    expect(bytesToHex(scrypt(password, salt, { N: n, r, p, dkLen: 64 }))).toBe(hash);
  },
);

const salt = Uint8Array.from({ length: 16 }, (_, index) => index);
const stored = hashPassword('open sesame', salt, simulatedCost);

test('the password opens, and nothing else does', () => {
  expect(isPassword('open sesame', stored)).toBe(true);
  for (const wrong of ['', 'open sesam', 'open sesame ', 'Open sesame']) {
    expect(isPassword(wrong, stored)).toBe(false);
  }
});

test('a letter with its accent apart is the same password', () => {
  const composed = hashPassword('caf\u00E9', salt, simulatedCost);
  expect(isPassword('cafe\u0301', composed)).toBe(true);
});

test('the hash of nobody costs what any other costs', () => {
  expect(nobodysHash.split('$').slice(0, 4)).toEqual(stored.split('$').slice(0, 4));
});

test('what is no hash is refused', () => {
  expect(() => isPassword('x', 'plain text')).toThrow('no scrypt hash');
});
