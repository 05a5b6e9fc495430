import { reasonOf } from '../reason.ts';
import { StoreUnavailableError, type LostOutcome } from '../unavailable.ts';
import { DatabaseError } from './driver.ts';

/**
 * SQLSTATE of a server that is not there for us: 08 connection exceptions, 53 out of disk, memory or
 * connections, 57P01 to 57P05 shut down or starting up, 25P03 and 25P04 session cut off, 58 system
 * error (PostgreSQL documentation, appendix A).
 */
const unavailableStates = /^(?:08|53|58|57P0[1-5]|25P0[34])/;

/** What `pg` says, without any code, when a connection is lost, not made or not given. */
const lostMessages =
  /^(?:Connection terminated|Client (?:has encountered a connection error|was closed)|timeout exceeded|timeout expired|The server does not support SSL|There was an error establishing)/;

/** Codes of Node for sockets and names, such as ECONNRESET, EPIPE or EAI_AGAIN. */
const socketCodes = /^E[A-Z_]{3,}$/;

/** Whether a connection is of no use any more, or was never there. */
export function isLostConnection(error: unknown): boolean {
  if (error instanceof DatabaseError) {
    return error.severity === 'FATAL' || error.severity === 'PANIC';
  }
  return isLostByDriver(error);
}

/** The store's own error for a database that is not there; `undefined` for any other error. */
export function toUnavailable(
  error: unknown,
  outcome: LostOutcome,
): StoreUnavailableError | undefined {
  if (error instanceof StoreUnavailableError) return error;
  const isUnavailable =
    isLostConnection(error) ||
    (error instanceof DatabaseError && unavailableStates.test(error.code ?? ''));
  if (!isUnavailable) return undefined;
  return new StoreUnavailableError(reasonOf(error), outcome, { cause: error });
}

function isLostByDriver(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string' && socketCodes.test(error.code)) {
    return true;
  }
  return lostMessages.test(error.message);
}
