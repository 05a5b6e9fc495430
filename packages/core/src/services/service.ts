import type { z } from 'zod';
import type { Latency } from './latency.ts';
import type { Method } from './method.ts';
import type { PathInput } from './path-template.ts';
import { validateService } from './validate-service.ts';

/** What `handle` knows of a call besides its input. */
export interface ServerCall {
  /** Milliseconds since the network was created, by the clock that is installed. */
  readonly nowMs: number;
  /** The caller's key (`x-key` over HTTP), by which faults can strike a share of keys. */
  readonly key: string | undefined;
}

/** How much a service does at once. */
export interface ServiceLimits {
  /** Requests worked on at once; a positive integer. */
  readonly concurrency: number;
  /** Requests that may wait; 0 or more. Default 0. */
  readonly queue?: number;
  /** Longest wait in the queue; then, and when it is full, the request is refused with 503. */
  readonly queueTimeoutMs?: number;
}

/**
 * One operation of a service.
 *
 * Input and output are plain JSON data. What travels in the path or the query (every input of GET
 * and DELETE) arrives as text over either transport: its schema has `z.coerce.number()`, not
 * `z.number()`.
 */
export interface Operation<Schema, Output, Path extends string> {
  readonly method: Method;
  /** Begins with `/`; `:name` stands for the input's field of that name. */
  readonly path: Path;
  /** Validates the input on the server. Without it the input is the path's parameters. */
  readonly input?: Schema;
  /** Instead of the latency of the service. */
  readonly latency?: Latency;
  /**
   * How long a request that is about to be performed has to wait first, in ms, 0 or more: for something that only one
   * has at a time, such as a row that is locked. Asked when its latency is over, in the order in which requests get so
   * far; a copy that a fault brings does not wait. Default: nobody waits.
   */
  readonly waitMs?: ((input: HandlerInput<Schema, Path>, call: ServerCall) => number) | undefined;
  /**
   * Performs the operation at one instant, on the server; `ServiceFailure` refuses it. Whatever it
   * writes is written here. The caller gets a copy of what it gives back.
   */
  readonly handle: (input: HandlerInput<Schema, Path>, call: ServerCall) => Output;
}

/** What `handle` is given: the parsed input. */
export type HandlerInput<Schema, Path extends string> = Schema extends z.ZodType
  ? z.output<Schema>
  : PathInput<Path>;

/** What the client is given: the input before it is parsed. */
export type ClientInput<Schema, Path extends string> = Schema extends z.ZodType
  ? z.input<Schema>
  : PathInput<Path>;

/** Any operation, its types forgotten. */
// oxlint-disable-next-line typescript/no-explicit-any -- existential: each operation fixes its own
export type AnyOperation = Operation<any, any, any>;

/** The operations of any service, by name. */
export type Operations = Readonly<Record<string, AnyOperation>>;

/** A mock service: what it does, how long that takes, and how much of it at once. */
export interface Service<Own = Operations> {
  /** Kebab-case; the name by which faults and statistics know it. */
  readonly name: string;
  /** Origin, with or without a path; no trailing slash. */
  readonly baseUrl: string;
  readonly latency: Latency;
  /**
   * What the keys of its calls are, in the plural: `merchants`. Faults can then strike a share of
   * them, and every call has to carry a key.
   */
  readonly keys?: string;
  /** Without limits the service takes whatever comes. */
  readonly limits?: ServiceLimits;
  /**
   * Told of each request as it is sent, whatever becomes of it: for whoever judges how often, and how
   * soon again, the service is asked. What it is given is a copy, and not validated.
   */
  readonly onSent?: (operation: string, input: unknown) => void;
  readonly operations: Own;
}

/** The operations of a service, from what was inferred of each: schema, path and output. */
export type OperationMap<Schemas, Paths, Outputs> = {
  readonly [Name in keyof Outputs]: Operation<
    Name extends keyof Schemas ? Schemas[Name] : undefined,
    Outputs[Name],
    Name extends keyof Paths ? Extract<Paths[Name], string> : string
  >;
};

/**
 * Checks a mock service and hands it back with its types.
 *
 * State lives in the closure that made the definition: one definition is one server.
 *
 * @throws RangeError naming the option and the value.
 */
export function defineService<Schemas, const Paths, Outputs>(
  service: Omit<Service, 'operations'> & {
    readonly operations: {
      readonly [Name in keyof Schemas]: { readonly input?: Schemas[Name] };
    } & {
      readonly [Name in keyof Paths]: { readonly path: Paths[Name] };
    } & OperationMap<Schemas, Paths, Outputs>;
  },
): Service<OperationMap<Schemas, Paths, Outputs>> {
  validateService(service);
  return service;
}
