import { describe, expect, test } from 'vitest';
import { missingPeer, MissingPeerError } from './index.ts';

const notFound = (message: string, code?: string): Error =>
  Object.assign(new Error(message), code === undefined ? {} : { code });

const caught = (cause: unknown): unknown => {
  try {
    return missingPeer('pg', 'for event stores in PostgreSQL')(cause);
  } catch (error) {
    return error;
  }
};

describe('an optional peer that is not installed', () => {
  test.each([
    notFound("Cannot find package 'pg' imported from /app/main.js", 'ERR_MODULE_NOT_FOUND'),
    notFound("Cannot find module 'pg/dist/x.css'", 'MODULE_NOT_FOUND'),
    notFound('Could not resolve "pg" imported by "@firedrill/core". Is it installed?'),
  ])('is asked for by its name, with what it is for and the command: $message', (cause) => {
    const error = caught(cause);
    expect(error).toBeInstanceOf(MissingPeerError);
    expect(error).toMatchObject({
      code: 'PEER_MISSING',
      peer: 'pg',
      cause,
      message:
        'Failed to load pg: @firedrill/core needs it for event stores in PostgreSQL, ' +
        'and it is not installed. Install it: npm install pg',
    });
  });

  test.each([
    ['what it needs itself', notFound("Cannot find package 'split2'", 'ERR_MODULE_NOT_FOUND')],
    ['a defect of its own', new TypeError('pg is broken')],
    ['what is no error', 'pg'],
  ])('is not blamed for %s', (_, cause) => {
    expect(caught(cause)).toBe(cause);
  });
});
