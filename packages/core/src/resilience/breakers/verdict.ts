import type { Verdict } from './circuit.ts';

/** What the outcome of a call says of the downstream. */
export interface VerdictOptions {
  /**
   * Whether an error speaks against the downstream. Default: every error. An error that does not,
   * such as a declined card, is an answer, and counts as a success.
   */
  readonly isFailure?: (error: unknown) => boolean;
  /**
   * Whether a result speaks against the downstream, such as an answer with status 503. Its caller
   * gets it all the same. Default: none.
   */
  readonly isFailureResult?: (result: unknown) => boolean;
  /**
   * Whether an error says nothing of the downstream, in any state. Default: `isCancellation`. What a
   * caller cancelled through its signal says nothing in any case.
   */
  readonly isIgnored?: (error: unknown) => boolean;
}

/** Judges how calls end. */
export interface Judge {
  result(result: unknown, signal: AbortSignal): Verdict;
  error(error: unknown, signal: AbortSignal): Verdict;
}

export function createJudge(options: VerdictOptions): Judge {
  const { isFailure = () => true, isFailureResult, isIgnored = isCancellation } = options;
  return {
    result(result, signal) {
      if (isHungUp(signal)) return 'ignored';
      return isFailureResult?.(result) === true ? 'failure' : 'success';
    },
    error(error, signal) {
      if (isHungUp(signal) || isIgnored(error)) return 'ignored';
      return isFailure(error) ? 'failure' : 'success';
    },
  };
}

/** Whether the caller left. A time limit that ended the call is not that: the downstream was slow. */
export function isHungUp({ aborted, reason }: AbortSignal): boolean {
  return aborted && !isTimeLimit(reason);
}

/**
 * Whether an error is that of a caller who left, by its name or code: `AbortError`, as `fetch` has
 * it, and what other clients call the same. A `TimeoutError` is none.
 */
export function isCancellation(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { name, code }: { readonly name?: unknown; readonly code?: unknown } = error;
  return cancellations.has(String(name)) || cancellations.has(String(code));
}

const cancellations: ReadonlySet<string> = new Set([
  'AbortError',
  'CanceledError',
  'ABORT_ERR',
  'CALL_CANCELLED',
  'ERR_CANCELED',
  'UND_ERR_ABORTED',
]);

/** As a signal's reason: the DOM's `TimeoutError`, that of a hook's limit, of a client, of `createTimeout`. */
function isTimeLimit(reason: unknown): boolean {
  if (typeof reason !== 'object' || reason === null) return false;
  const { name, code }: { readonly name?: unknown; readonly code?: unknown } = reason;
  return String(name).endsWith('TimeoutError') || String(code).endsWith('TIMEOUT');
}
