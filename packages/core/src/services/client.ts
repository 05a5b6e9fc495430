import type { ClientInput, Operation } from './service.ts';

/** Options of one call. */
export interface CallOptions {
  /**
   * Longest wait for the answer, in milliseconds; then the call rejects with ServiceTimeoutError.
   * An answer that takes the whole time is too late. Default: no limit.
   */
  readonly timeoutMs?: number | undefined;
  /** Ends the wait: the call rejects with CallCancelledError. */
  readonly signal?: AbortSignal | undefined;
  /** By which faults strike a share of keys, and which `handle` sees; `x-key` over HTTP. */
  readonly key?: string | undefined;
}

/**
 * Calls an operation. Rejects with a `CallError`; see `settle`.
 *
 * A time-out and a cancellation end the waiting only: the service still performs the operation.
 */
export type ClientMethod<Input, Output> = undefined extends Input
  ? (input?: Input, options?: CallOptions) => Promise<Output>
  : (input: Input, options?: CallOptions) => Promise<Output>;

/** One method for each operation of a service. */
export type Client<Operations> = {
  readonly [Name in keyof Operations]: Operations[Name] extends Operation<
    infer Schema,
    infer Output,
    infer Path
  >
    ? ClientMethod<ClientInput<Schema, Path>, Output>
    : never;
};

/** The longest delay of a timer; a longer one fires at once. */
const maxTimerMs = 2 ** 31 - 1;

/** @throws RangeError when the time-out is no usable number of milliseconds. */
export function validateTimeout(timeoutMs: number): void {
  if (timeoutMs > 0 && (timeoutMs <= maxTimerMs || timeoutMs === Infinity)) return;
  throw new RangeError(
    `Invalid timeoutMs ${timeoutMs}: use a positive number of milliseconds, at most ${maxTimerMs}.`,
  );
}
