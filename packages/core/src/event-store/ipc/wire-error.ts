import {
  DeadlockDetectedError,
  StoreClosedError,
  TransactionAbortedError,
  TransactionEndedError,
} from '../errors.ts';
import { StoreUnavailableError } from '../unavailable.ts';
import { RemoteSqlError, type SqlErrorDetails } from './errors.ts';

const detailNames = ['detail', 'hint', 'table', 'column', 'constraint'] as const;

/** An error on its way between processes. */
export interface WireError {
  readonly message: string;
  /** SQLSTATE, or the code of one of the store's own errors. */
  readonly code?: string;
  readonly details: SqlErrorDetails;
  /** Of a database that could not be reached. */
  readonly lost?: Pick<StoreUnavailableError, 'reason' | 'outcome'>;
}

export function toWire(error: unknown): WireError {
  if (!(error instanceof Error)) return { message: String(error), details: {} };
  if (error instanceof StoreUnavailableError) {
    const { message, code, reason, outcome } = error;
    return { message, code, details: {}, lost: { reason, outcome } };
  }
  const code = textField(error, 'code');
  const details: SqlErrorDetails = Object.fromEntries(
    detailNames.flatMap((name) => {
      const value = textField(error, name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
  return { message: error.message, ...(code !== undefined && { code }), details };
}

/** The error as the child would have met it on a connection of its own. */
export function fromWire({ message, code, details, lost }: WireError): Error {
  if (lost !== undefined) return new StoreUnavailableError(lost.reason, lost.outcome);
  const cause = new RemoteSqlError(message, code, details);
  switch (code ?? '') {
    case 'TRANSACTION_ENDED':
      return new TransactionEndedError();
    case 'STORE_CLOSED':
      return new StoreClosedError();
    case 'TRANSACTION_ABORTED':
      return new TransactionAbortedError({ cause });
    case 'DEADLOCK_DETECTED':
      return new DeadlockDetectedError({ cause });
    default:
      return cause;
  }
}

function textField(error: Error, name: string): string | undefined {
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : undefined;
}
