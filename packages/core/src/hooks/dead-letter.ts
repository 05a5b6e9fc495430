import type { Envelope } from './envelope.ts';
import type { Hook } from './hook.ts';
import type { EventName } from './hooks.ts';
import type { Lane } from './lane.ts';

/** Why a task came to nothing. */
export type DeadLetterReason =
  /** Its handler threw. */
  | 'failed'
  /** A limit passed, before or after it had started. */
  | 'timed-out'
  /** It gave way to others. */
  | 'shed'
  /** Its hook had been unregistered. */
  | 'unregistered'
  /** The signal of its emit was aborted. */
  | 'cancelled'
  /** `close()` gave it up. */
  | 'abandoned'
  /** Never admitted, with nobody looking at the refusal: see `Refused`. */
  | 'refused';

/**
 * One task that did not succeed, with all that is needed to do it again: the event and data of the
 * emit, and the one hook that they did not reach.
 */
export interface DeadLetter<
  Event extends string = string,
  Data = unknown,
  LaneName extends string = string,
> {
  readonly event: Event;
  readonly data: Data;
  /** The name of the hook: its `name` option, else the name of its handler. */
  readonly hook: string;
  readonly lane: LaneName;
  readonly key: unknown;
  readonly reason: DeadLetterReason;
  /** Whether the handler was called. When it was, its effects are unknown unless it threw. */
  readonly started: boolean;
  /**
   * What the handler threw, a `HandlerTimeoutError`, the reason of the signal, or an
   * `EmitRefusedError`; undefined when there was no error.
   */
  readonly error: unknown;
  /** The id of the emit, if it was given one or a handler has read it. */
  readonly id: string | undefined;
  /** What the emit has in common with its cause, or the id that it was given. */
  readonly correlationId: string | undefined;
  /** The id of the emit that it follows from. */
  readonly causationId: string | undefined;
}

/** The dead letters of a map of events: `event` tells what `data` is. */
export type DeadLetterOf<EventMap extends object, LaneName extends string = string> = {
  [Event in EventName<EventMap>]: DeadLetter<Event, EventMap[Event], LaneName>;
}[EventName<EventMap>];

/** What a letter says about what was to be called for what. */
export interface LetterSubject {
  readonly hook: Hook;
  readonly lane: Lane;
  readonly data: unknown;
  readonly envelope: Envelope | undefined;
}

export function deadLetter(
  { hook, lane, data, envelope }: LetterSubject,
  reason: DeadLetterReason,
  started: boolean,
  error?: unknown,
): DeadLetter {
  return {
    event: hook.event,
    data,
    hook: hook.name,
    lane: lane.name,
    key: envelope?.key,
    reason,
    started,
    error,
    id: envelope?.knownId,
    correlationId: envelope?.knownCorrelationId,
    causationId: envelope?.causationId,
  };
}
