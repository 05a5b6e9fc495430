import type { ClientInput, Operation } from './service.ts';

/** Options of one call. */
export interface CallOptions {
  /**
   * Longest wait for the answer, in milliseconds; then the call rejects with ServiceTimeoutError.
   * An answer that takes the whole time is too late. Whoever wants none says why: {@link noLimit}.
   */
  readonly timeoutMs: number | NoLimit;
  /** Ends the wait: the call rejects with CallCancelledError. */
  readonly signal?: AbortSignal | undefined;
  /** By which faults strike a share of keys, and which `handle` sees; `x-key` over HTTP. */
  readonly key?: string | undefined;
}

/** A call without a time limit, and why: the flaw of many a first version. */
export interface NoLimit {
  readonly noLimit: string;
}

/** Waits for ever. @param reason why there is no limit; it stands in the code for who reads it. */
export const noLimit = (reason: string): NoLimit => ({ noLimit: reason });

/**
 * Calls an operation. Rejects with a `CallError`; see `settle`.
 *
 * A time-out and a cancellation end the waiting only: the service still performs the operation.
 */
export type ClientMethod<Input, Output> = (input: Input, options: CallOptions) => Promise<Output>;

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

/** The limit in ms, `Infinity` for none. @throws RangeError when it is no usable number. */
export function limitOf({ timeoutMs }: CallOptions): number {
  if (typeof timeoutMs === 'object') return Infinity;
  if (timeoutMs > 0 && timeoutMs < Infinity) return timeoutMs;
  throw new RangeError(
    `Invalid timeoutMs ${timeoutMs}: use milliseconds above 0, or noLimit('the reason').`,
  );
}

/** A client whose calls all have one limit, unless a call has its own. */
export type Limited<C> = {
  readonly [Name in keyof C]: C[Name] extends (
    input: infer Input,
    options: CallOptions,
  ) => infer Answer
    ? undefined extends Input
      ? (input?: Input, options?: Partial<CallOptions>) => Answer
      : (input: Input, options?: Partial<CallOptions>) => Answer
    : never;
};

/**
 * Gives every call of a client this limit: `withTimeout(outside.fraud, 200).score(input)`.
 *
 * @throws RangeError when the limit is no positive number of milliseconds.
 */
export function withTimeout<C extends object>(client: C, timeoutMs: number): Limited<C> {
  const known = limited.get(client);
  if (known?.timeoutMs === timeoutMs) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- made for this client
    return known.methods as Limited<C>;
  }
  limitOf({ timeoutMs });
  const ownLimit: CallOptions = { timeoutMs };
  const methods = Object.freeze(
    Object.fromEntries(
      Object.keys(client).map((name) => [
        name,
        (input: unknown, options?: Partial<CallOptions>): unknown =>
          // oxlint-disable-next-line typescript/no-unsafe-call, typescript/no-unsafe-type-assertion -- a client has methods only
          (client as Record<string, (...all: unknown[]) => unknown>)[name]?.(
            input,
            options === undefined ? ownLimit : { timeoutMs, ...options },
          ),
      ]),
    ),
  );
  limited.set(client, { timeoutMs, methods });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one method for each of the client's
  return methods as Limited<C>;
}

/** The last limit of each client: a step asks for the same one with every delivery. */
const limited = new WeakMap<object, { readonly timeoutMs: number; readonly methods: object }>();
