import { missingPeer } from './missing-peer.ts';

/** The test runner is an optional peer. */
export const { describe, expect, test } = await import('vitest').catch(
  missingPeer('vitest', 'to test implementations by its contracts'),
);
