import { expect, test } from 'vitest';
import { hashOf, isOpen, newSecret, readToken, renewed, type Session, tokenOf } from './session.ts';

const session: Session = {
  email: 'a@x.test',
  secretHash: hashOf('first'),
  expiresAtMs: 1_000,
  isRevoked: false,
};

test('the newest token opens, until it expires or is revoked', () => {
  expect(isOpen(session, 'first', 999)).toBe(true);
  expect(isOpen(session, 'first', 1_000)).toBe(false);
  expect(isOpen(session, 'other', 0)).toBe(false);
  expect(isOpen({ ...session, isRevoked: true }, 'first', 0)).toBe(false);
  expect(isOpen(undefined, 'first', 0)).toBe(false);
});

test('a token that was renewed ends the session for both who have it', () => {
  const once = renewed(session, 'first', 'second', 0);
  expect(once.isRenewed).toBe(true);
  expect(isOpen(once.session, 'second', 0)).toBe(true);
  const stolen = renewed(once.session, 'first', 'third', 0);
  expect(stolen.isRenewed).toBe(false);
  for (const secret of ['first', 'second', 'third']) {
    expect(isOpen(stolen.session, secret, 0)).toBe(false);
  }
});

test('a token says its session', () => {
  expect(readToken(tokenOf('login-1', 'abc'))).toEqual({ sessionId: 'login-1', secret: 'abc' });
  expect(readToken('nonsense').sessionId).toBe('');
});

test('secrets differ', () => {
  expect(new Set(Array.from({ length: 100 }, newSecret)).size).toBe(100);
});
