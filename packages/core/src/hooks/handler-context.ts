import type { EmitCause } from './emit-options.ts';
import type { Envelope } from './envelope.ts';

/**
 * What a handler may take as its second parameter.
 *
 * It is made only for handlers that declare a second parameter, which is read once, at
 * registration, from `handler.length`. That number leaves out default values, rest parameters and
 * uses of `arguments`: say `{ context: true }` for such a handler.
 */
export interface HandlerContext<
  Event extends string = string,
  Lane extends string = string,
> extends EmitCause {
  readonly event: Event;
  /** The lane that the task was admitted to. */
  readonly lane: Lane;
  /** The ordering key of the emit, if it had one. */
  readonly key: unknown;
  /** The id of the emit: the same for all of its handlers. */
  readonly id: string;
  /** Shared by everything that follows from one emit, as long as `cause` says so. */
  readonly correlationId: string;
  /** The id of the emit that this one follows from, if it was given a cause. */
  readonly causationId: string | undefined;
  /**
   * Aborted when the task's limit passes (with a `HandlerTimeoutError`), when its emit is cancelled
   * (with the reason of that signal), or when `close()` gives up on it (with a
   * `TaskAbandonedError`). Made when it is first read. Under a policy, the signal of the policy's
   * attempt, which follows this one.
   */
  readonly signal: AbortSignal;
}

/** The context of one task: belongs to the task, so that a late reader sees what became of it. */
export class TaskContext implements HandlerContext {
  readonly event: string;
  readonly lane: string;
  readonly envelope: Envelope;
  #controller: AbortController | undefined;
  #isAborted = false;
  #reason: unknown;

  constructor(event: string, lane: string, envelope: Envelope) {
    this.event = event;
    this.lane = lane;
    this.envelope = envelope;
  }

  get key(): unknown {
    return this.envelope.key;
  }

  get id(): string {
    return this.envelope.id;
  }

  get correlationId(): string {
    return this.envelope.correlationId;
  }

  get causationId(): string | undefined {
    return this.envelope.causationId;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#isAborted) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.#isAborted = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
  }
}

/** The same task as seen by one attempt of a policy. */
export class AttemptContext extends TaskContext {
  readonly #signal: AbortSignal;

  constructor({ event, lane, envelope }: TaskContext, signal: AbortSignal) {
    super(event, lane, envelope);
    this.#signal = signal;
  }

  override get signal(): AbortSignal {
    return this.#signal;
  }
}
