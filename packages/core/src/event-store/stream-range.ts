import { checkInteger, LAST_VERSION } from './checks.ts';
import type { ReadStreamOptions } from './event-store.ts';

/** A range of a stream's versions, both ends included. */
export interface StreamRange {
  readonly from: number;
  readonly to: number;
  readonly direction: 'forwards' | 'backwards';
  readonly limit: number;
}

/** @throws RangeError naming the option that is out of range. */
export function streamRange(options: ReadStreamOptions<unknown>): StreamRange {
  const { from = 1, to = LAST_VERSION, limit = LAST_VERSION, direction = 'forwards' } = options;
  if (direction !== 'forwards' && direction !== 'backwards') {
    throw new RangeError(`direction must be forwards or backwards, got ${String(direction)}.`);
  }
  return {
    from: checkInteger('from', from, 1, LAST_VERSION),
    to: checkInteger('to', to, 0, LAST_VERSION),
    limit: checkInteger('limit', limit, 1, LAST_VERSION),
    direction,
  };
}
