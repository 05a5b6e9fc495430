import { type Backoff, checkBackoff } from '../../resilience/index.ts';
import { checkInteger, checkText } from '../checks.ts';
import type { AnyEvent, RecordedEvent } from '../event.ts';
import type { EventFilter } from '../event-store.ts';

/** What a handler is told beside the events. */
export interface ProjectionContext {
  readonly projection: string;
  /** Which build of the read model this is: a rebuild writes to tables or maps of its own. */
  readonly generation: number;
  /** The bucket that the events are of; `undefined` inline, where there are no buckets. */
  readonly bucket: number | undefined;
  /** 1 at the first try. Counts the tries of a single event, after its batch has failed. */
  readonly attempt: number;
  /** Aborted at the time limit, when the lease is lost and when a stop has waited long enough. */
  readonly signal: AbortSignal;
}

/** What becomes of an event whose handler fails. */
export interface FailurePolicy {
  /** How often an event is tried by itself. At least 1. Default: 5. */
  readonly maxAttempts: number;
  /** The wait between two tries; the bucket waits as a whole, so that the order of streams holds. */
  readonly backoff: Backoff;
  /**
   * After the last try: `dead-letter` puts the event aside and goes on with the next one; `stop` keeps
   * the bucket at the event until somebody resumes it. Default: `stop`, which loses nothing.
   */
  readonly onExhausted: 'dead-letter' | 'stop';
}

interface CommonOptions {
  /** Unique in the store. Must not begin with `$`. */
  readonly name: string;
  /** Events that it is about. Default: all. */
  readonly filter?: Omit<EventFilter, 'buckets'>;
  /**
   * Buckets that its work is split into, a divisor of the store's bucket count: so many workers can
   * share it at most. Fixed once it is registered. Default: 8.
   */
  readonly buckets?: number;
  /** Events in one transaction at most. Default: 100. Long transactions hold up all readers. */
  readonly batchSize?: number;
  /** Position behind which it begins when it is new. Default: 0, the first event. */
  readonly startAfter?: number;
  /** Milliseconds that one call of the handler may take. Default: 30,000. */
  readonly handlerTimeoutMs?: number;
  /** Default: 5 attempts, 200 ms doubling up to 30 s with full jitter, then `stop`. */
  readonly failure?: Partial<FailurePolicy>;
}

/** Handles events of one bucket in global order. What it writes with `tx` is kept exactly once. */
export type BatchHandler<Tx, Event extends AnyEvent> = (
  events: readonly RecordedEvent<Event>[],
  tx: Tx,
  context: ProjectionContext,
) => Promise<void> | void;

/** Handles one event. What it writes with `tx` is kept exactly once. */
export type EventHandler<Tx, Event extends AnyEvent> = (
  event: RecordedEvent<Event>,
  tx: Tx,
  context: ProjectionContext,
) => Promise<void> | void;

/** A handler gets whole batches (`handle`, fewer round trips) or one event after another (`handleEach`). */
export type ProjectionOptions<Tx, Event extends AnyEvent = AnyEvent> = CommonOptions &
  (
    | { readonly handle: BatchHandler<Tx, Event>; readonly handleEach?: never }
    | { readonly handleEach: EventHandler<Tx, Event>; readonly handle?: never }
  );

/** A projection with all its settings. */
export interface Projection<Tx, Event extends AnyEvent = AnyEvent> {
  readonly name: string;
  readonly filter: Omit<EventFilter, 'buckets'>;
  readonly buckets: number;
  readonly batchSize: number;
  readonly startAfter: number;
  readonly handlerTimeoutMs: number;
  readonly failure: FailurePolicy;
  readonly handle: BatchHandler<Tx, Event>;
}

/** Small enough that a transaction lasts milliseconds, large enough that its commit is shared. */
const DEFAULT_BATCH_SIZE = 100;
const DEFAULT_BUCKETS = 8;
const DEFAULT_HANDLER_TIMEOUT_MS = 30_000;
const DEFAULT_FAILURE: FailurePolicy = {
  maxAttempts: 5,
  backoff: { initialMs: 200, maxMs: 30_000, factor: 2, jitter: 'full' },
  onExhausted: 'stop',
};

/**
 * Describes a projection: which events, what to do with them, and what to do when that fails.
 *
 * @throws RangeError naming the option that is out of range.
 */
export function defineProjection<Tx, Event extends AnyEvent = AnyEvent>(
  options: ProjectionOptions<Tx, Event>,
): Projection<Tx, Event> {
  const name = checkText('name', options.name);
  if (name.startsWith('$')) {
    throw new RangeError(
      `name must not begin with "$", which is kept for the runner, got ${name}.`,
    );
  }
  return {
    name,
    filter: options.filter ?? {},
    buckets: checkInteger('buckets', options.buckets ?? DEFAULT_BUCKETS, 1),
    batchSize: checkInteger('batchSize', options.batchSize ?? DEFAULT_BATCH_SIZE, 1, 10_000),
    startAfter: checkInteger('startAfter', options.startAfter ?? 0, 0),
    handlerTimeoutMs: checkInteger(
      'handlerTimeoutMs',
      options.handlerTimeoutMs ?? DEFAULT_HANDLER_TIMEOUT_MS,
      1,
      2 ** 31 - 1,
    ),
    failure: checkFailure({ ...DEFAULT_FAILURE, ...options.failure }),
    handle: batchHandler(options),
  };
}

function batchHandler<Tx, Event extends AnyEvent>({
  handle,
  handleEach,
}: ProjectionOptions<Tx, Event>): BatchHandler<Tx, Event> {
  if (handle !== undefined) return handle;
  return async (events, tx, context) => {
    for (const event of events) {
      context.signal.throwIfAborted();
      await handleEach(event, tx, context);
    }
  };
}

function checkFailure(policy: FailurePolicy): FailurePolicy {
  const { onExhausted } = policy;
  const maxAttempts = checkInteger('failure.maxAttempts', policy.maxAttempts, 1);
  const backoff = checkBackoff('failure.backoff', policy.backoff);
  if (onExhausted !== 'dead-letter' && onExhausted !== 'stop') {
    throw new RangeError(
      `failure.onExhausted must be dead-letter or stop, got ${String(onExhausted)}.`,
    );
  }
  return { maxAttempts, backoff, onExhausted };
}
