import type { FailureOutcome } from './outcome-of.ts';

/**
 * SQLSTATEs after which nobody knows whether a statement took effect (PostgreSQL, appendix A): the
 * connection is gone, the server is going down, the completion was not told.
 */
const lostStatements = /^(?:08...|57P0[12]|40003)$/;

/** Refusals of a connection: no statement can have run. */
const refusedConnections: ReadonlySet<string> = new Set(['08001', '08004', '57P03']);

/**
 * What the error of a PostgreSQL server says, known by its severity and its five characters: a
 * statement that fails is rolled back, its time-out included.
 */
export function outcomeOfSqlState(error: object, code: unknown): FailureOutcome | undefined {
  if (!('severity' in error) || typeof code !== 'string' || code.length !== 5) return undefined;
  return lostStatements.test(code) && !refusedConnections.has(code) ? 'unknown' : 'failure';
}
