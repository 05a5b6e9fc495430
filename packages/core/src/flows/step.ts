import type { Backoff, FailureThreshold } from '../resilience/index.ts';
import type { FlowEvent } from './flow-event.ts';
import type { StepContext } from './step-context.ts';
import type { InputOf, OutputOf, StandardSchema } from './standard-schema.ts';

/**
 * The types that one flow fixes, in one place:
 *
 *     interface Orders extends FlowTypes {
 *       readonly events: typeof events;
 *       readonly outside: Outside;
 *       readonly tables: { readonly sagas: Saga };
 *     }
 */
export interface FlowTypes {
  /** The events by name, each with the schema of its data. */
  readonly events: Readonly<Record<string, StandardSchema>>;
  /** What a step reaches: clients of services. */
  readonly outside: object;
  /** What the flow keeps, by the name of the table: the type of one entry. */
  readonly tables: object;
}

/** Names of the events of a flow. */
export type EventOf<F extends FlowTypes> = keyof F['events'] & string;

/** Data of an event, as its schema gives it back. */
export type DataOf<F extends FlowTypes, Name extends EventOf<F>> = OutputOf<F['events'][Name]>;

/** Data of an event, as its schema takes it. */
export type NewDataOf<F extends FlowTypes, Name extends EventOf<F>> = InputOf<F['events'][Name]>;

/** An event that a step lets follow. */
export type NextEvent<F extends FlowTypes> = {
  readonly [Name in EventOf<F>]: {
    readonly event: Name;
    readonly data: NewDataOf<F, Name>;
    /** How long it is held back, in ms. Default 0. */
    readonly delayMs?: number;
  };
}[EventOf<F>];

/** What follows from a step: nothing, one event, or several. */
// oxlint-disable-next-line typescript/no-invalid-void-type -- a step that returns nothing is one
export type StepResult<F extends FlowTypes> = void | NextEvent<F> | readonly NextEvent<F>[];

/**
 * Every step may run more than once for one event: a process dies after the effect and before anybody
 * knows. So each says what makes that harmless.
 *
 * - `{ key }`: work with the same key is done once. The runtime keeps the keys of what is done, in the
 *   same transaction as the step's tables and the events that follow; work that was interrupted runs
 *   again, and hands `context.idempotencyKey` to the services that it calls.
 * - `{ byNature }`: doing it twice is the same as doing it once, and this is why.
 */
export type Idempotence<Data> =
  | { readonly key: (data: Data) => string }
  | { readonly byNature: string };

/** How often a step is tried, with which waits. */
export interface StepRetry {
  /** How often it is tried at most, the first time included; at least 1. Default 5. */
  readonly maxAttempts?: number;
  /** Default: full jitter, 200 ms growing twofold to 10 s. */
  readonly backoff?: Backoff;
}

/** When a step stops trying, and for how many ms. */
export interface StepBreaker<Data> {
  readonly failureThreshold: FailureThreshold;
  /** How long it stays open before one try, in ms. */
  readonly halfOpenAfterMs: number | { readonly initialMs: number; readonly maxMs: number };
  /** One breaker for each key, such as the provider. Default: one for the step. */
  readonly key?: (data: Data) => string;
}

/** Why an event did not get through a step. */
export type DeathReason =
  /** The attempts are used up. */
  | 'attempts-used-up'
  /** The step said that trying again is of no use. */
  | 'permanent'
  /** Too many events followed one from another. */
  | 'endless-chain'
  /** Its process went away too often. */
  | 'interrupted';

/** What the dead letters keep of an event that did not get through a step. */
export interface FlowLetter<Event extends FlowEvent = FlowEvent> {
  /** Of the delivery: the event and the step. */
  readonly id: string;
  readonly step: string;
  readonly event: Event;
  readonly reason: DeathReason;
  /** Name and message of the last error. */
  readonly error: { readonly name: string; readonly message: string; readonly code?: string };
  /** Attempts that were made. */
  readonly attempts: number;
  /** In ms since 1970 (UTC). */
  readonly atMs: number;
}

/** What one step listens to, how it is protected, and what it does. Durations are in milliseconds. */
export interface StepOptions<F extends FlowTypes, Name extends EventOf<F>> {
  /** The event that it listens to. */
  readonly on: Name;
  readonly idempotent: Idempotence<DataOf<F, Name>>;
  /**
   * Events with the same key are taken one at a time, in the order in which they were published; one
   * that is tried again holds up those behind it. Default: no order.
   */
  readonly key?: (data: DataOf<F, Name>) => string;
  /** How many are worked on at once in one process. Default 16. */
  readonly concurrency?: number;
  /** How long one attempt may take; `Infinity` for no limit. Default 30,000. */
  readonly timeoutMs?: number;
  readonly retry?: StepRetry;
  /** Default: none. While it is open, events wait; that uses up no attempt. */
  readonly breaker?: StepBreaker<DataOf<F, Name>>;
  /** How long an event is held back before the step takes it. Default 0. */
  readonly delayMs?: number | ((data: DataOf<F, Name>) => number);
  /**
   * Whether an error is for good, so that trying again is of no use; a {@link PermanentError} always
   * is. Default: no other.
   */
  readonly isPermanent?: (error: unknown) => boolean;
  /** What it does. Everything that it throws counts as a failed attempt. */
  readonly run: (
    data: DataOf<F, Name>,
    context: StepContext<F, Name>,
  ) => StepResult<F> | Promise<StepResult<F>>;
  /** What follows when an event has become a dead letter, such as the undoing of earlier steps. */
  readonly whenDead?: (
    data: DataOf<F, Name>,
    letter: FlowLetter<FlowEvent<Name, DataOf<F, Name>>>,
  ) => StepResult<F>;
}

/** A step with its name. */
export type Step<F extends FlowTypes, Name extends EventOf<F> = EventOf<F>> = StepOptions<
  F,
  Name
> & { readonly name: string };
