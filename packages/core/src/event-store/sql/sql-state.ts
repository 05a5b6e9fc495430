import { DeadlockDetectedError, TransactionAbortedError } from '../errors.ts';
import { RightMissingError } from './errors.ts';

/** The SQLSTATE of an error that the database raised; PostgreSQL documentation, appendix A. */
export function sqlState(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The constraint that refused a row. */
export function constraintOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('constraint' in error)) return undefined;
  return typeof error.constraint === 'string' ? error.constraint : undefined;
}

/** Whether a unique index refused a row. */
export function isUniqueViolation(error: unknown): boolean {
  return sqlState(error) === '23505';
}

/** The typed error for what the database raised, where there is one. */
export function typedError(error: unknown): unknown {
  const state = sqlState(error);
  if (state === '40P01') return new DeadlockDetectedError({ cause: error });
  if (state === '25P02') return new TransactionAbortedError({ cause: error });
  return error;
}

/** The same for a statement of the store, where more is known of what was meant. */
export function statementError(error: unknown): unknown {
  const state = sqlState(error);
  if (state === '42501' || state === '25006') return new RightMissingError(error);
  return typedError(error);
}
