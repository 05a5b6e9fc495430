import type { Envelope } from './envelope.ts';

/**
 * What a handler may take as its second parameter.
 *
 * It is made only for handlers that declare a second parameter, which is read once, at
 * registration, from `handler.length`. That number leaves out default values, rest parameters and
 * uses of `arguments`: say `{ context: true }` for such a handler.
 */
export interface HandlerContext<Event extends string = string, Lane extends string = string> {
  readonly event: Event;
  /** The lane that the task was admitted to. */
  readonly lane: Lane;
  /** The ordering key of the emit, if it had one. */
  readonly key: unknown;
  /**
   * Aborted when the task's limit passes (with a `HandlerTimeoutError`) or when `close()` gives up
   * on it (with a `TaskAbandonedError`). Made when it is first read. Under a policy, the signal of
   * the policy's attempt, which follows this one.
   */
  readonly signal: AbortSignal;
}

/** The context of one task: belongs to the task, so that a late reader sees what became of it. */
export class TaskContext implements HandlerContext {
  readonly event: string;
  readonly lane: string;
  readonly #envelope: Envelope | undefined;
  #controller: AbortController | undefined;
  #reason: Error | undefined;

  constructor(event: string, lane: string, envelope: Envelope | undefined) {
    this.event = event;
    this.lane = lane;
    this.#envelope = envelope;
  }

  get key(): unknown {
    return this.#envelope?.key;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  abort(reason: Error): void {
    this.#reason = reason;
    this.#controller?.abort(reason);
  }
}

/** The same task as seen by one attempt of a policy. */
export function attemptContext(
  context: TaskContext,
  signal: AbortSignal | undefined,
): HandlerContext {
  return signal === undefined
    ? context
    : { event: context.event, lane: context.lane, key: context.key, signal };
}
