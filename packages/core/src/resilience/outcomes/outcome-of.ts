import { outcomeOfWords } from './client-words.ts';
import { outcomeOfStatus, httpStatusOf } from './http-status.ts';
import { outcomeOfNetworkCode } from './network-codes.ts';
import { outcomeOfSqlState } from './sql-state.ts';

/**
 * What is known about an operation after a call that did not succeed. `failure`: it was not
 * performed. `unknown`: it may or may not have been, and repeating it may do it twice.
 */
export type FailureOutcome = 'failure' | 'unknown';

/** Causes may be nested, and nothing keeps them from naming each other. */
const deepestCause = 8;

/**
 * What an error says of the operation that was called. In this order: its own word, a property
 * `outcome`, as all errors of this room have; the status of an HTTP answer; its code and name, as
 * Node's sockets, `fetch` (undici), database drivers and HTTP clients set them; its cause. Time-outs,
 * cancellations and resets are unknown: the answer was lost, not the work.
 *
 * `undefined` for everything else, such as a mistake in the program: it says nothing of the
 * operation, and is not to be taken for an answer.
 */
export function outcomeOf(error: unknown): FailureOutcome | undefined {
  return read(error, deepestCause);
}

function read(error: unknown, depth: number): FailureOutcome | undefined {
  if (typeof error !== 'object' || error === null || depth === 0) return undefined;
  const { outcome, code, name, syscall, cause } = fieldsOf(error);
  if (outcome === 'failure' || outcome === 'unknown') return outcome;
  const status = httpStatusOf(error);
  if (status !== undefined) return outcomeOfStatus(status);
  if (error instanceof AggregateError && error.errors.length > 0) {
    return together(error.errors.map((each) => read(each, depth - 1)));
  }
  return (
    outcomeOfNetworkCode(code, syscall) ??
    outcomeOfSqlState(error, code) ??
    (endedTheWait(String(name)) ? 'unknown' : undefined) ??
    read(cause, depth - 1) ??
    outcomeOfWords(error)
  );
}

/** What is known when several attempts failed, of which any may have been performed. */
function together(outcomes: readonly (FailureOutcome | undefined)[]): FailureOutcome | undefined {
  if (outcomes.includes('unknown')) return 'unknown';
  return outcomes.includes(undefined) ? undefined : 'failure';
}

/**
 * Whether an error of this name ended a wait: any time limit, also that of a hook or of a client
 * without codes, the DOM's cancellation, undici's answer that cannot be read.
 */
function endedTheWait(name: string): boolean {
  return name.endsWith('TimeoutError') || lostAnswers.has(name);
}

const lostAnswers: ReadonlySet<string> = new Set([
  'AbortError',
  'CanceledError',
  'NetworkError',
  'HTTPParserError',
  'SocketError',
]);

interface ErrorFields {
  readonly outcome?: unknown;
  readonly code?: unknown;
  readonly name?: unknown;
  readonly syscall?: unknown;
  readonly cause?: unknown;
}

function fieldsOf(error: object): ErrorFields {
  return error;
}
