import { PositionSequenceError } from './errors.ts';
import { constraintOf, sqlState } from './sql-state.ts';

/** The SQLSTATE of `refuse_position`: of a class that PostgreSQL leaves to others. */
const REFUSED = 'FD001';
const EXHAUSTED = '2200H';

/** The error for a sequence that cannot give the next number, if that is what the database raised. */
export function sequenceError(
  error: unknown,
  asked: string,
  of: { readonly table: string; readonly column: string },
): unknown {
  const state = sqlState(error);
  if (state === EXHAUSTED) return new PositionSequenceError(asked, of, 'exhausted', error);
  const isBehind = state === REFUSED || constraintOf(error) === `${of.table}_pkey`;
  return isBehind ? new PositionSequenceError(asked, of, 'behind', error) : error;
}
