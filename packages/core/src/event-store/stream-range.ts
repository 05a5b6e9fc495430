import { checkInteger } from './checks.ts';
import type { ReadStreamOptions } from './event-store.ts';

/** A range of a stream's versions, both ends included. */
export interface StreamRange {
  readonly from: number;
  readonly to: number;
  readonly direction: 'forwards' | 'backwards';
  readonly limit: number;
}

/** Versions are 32-bit in the database. */
const LAST_VERSION = 2 ** 31 - 1;

/** @throws RangeError naming the option that is out of range. */
export function streamRange(options: ReadStreamOptions<unknown>): StreamRange {
  const { from = 1, to = LAST_VERSION, limit = LAST_VERSION, direction = 'forwards' } = options;
  return {
    from: checkInteger('from', from, 1, LAST_VERSION),
    to: checkInteger('to', to, 0, LAST_VERSION),
    limit: checkInteger('limit', limit, 1, LAST_VERSION),
    direction,
  };
}
