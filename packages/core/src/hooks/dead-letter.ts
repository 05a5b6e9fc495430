import type { Task } from './emit-queue.ts';
import type { Hook } from './hook.ts';
import type { Lane } from './lane.ts';

/** Why a task that had been admitted came to nothing. */
export type DeadLetterReason = 'failed' | 'timed-out' | 'shed' | 'unregistered' | 'abandoned';

/**
 * One task that was admitted and did not succeed, with all that is needed to do it again: the event
 * and data of the emit, and the one hook that they did not reach.
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
  /** What the handler threw, or a `HandlerTimeoutError`; undefined when it never ran. */
  readonly error: unknown;
}

/** What `onError` is told beside the error. */
export interface ErrorReport<Event extends string = string, LaneName extends string = string> {
  readonly event: Event;
  readonly hook: string;
  readonly lane: LaneName;
  readonly key: unknown;
}

export interface Observers {
  readonly onError: ((error: unknown, report: ErrorReport) => unknown) | undefined;
  readonly onDeadLetter: ((letter: DeadLetter) => unknown) | undefined;
}

/**
 * Tells the observers. They are user code like any handler: what they throw, at once or through a
 * promise, is counted and touches nothing else.
 */
export class Reporter {
  /** Calls of `onError` and `onDeadLetter` that threw or rejected. */
  observerFailures = 0;
  readonly #observers: Observers;
  readonly #outbox: DeadLetter[] = [];

  constructor(observers: Observers) {
    this.#observers = observers;
  }

  error(error: unknown, hook: Hook, lane: Lane, key: unknown): void {
    const { onError } = this.#observers;
    if (onError === undefined) return;
    this.#tell(() => onError(error, { event: hook.event, hook: hook.name, lane: lane.name, key }));
  }

  deadLetter(letter: DeadLetter): void {
    const { onDeadLetter } = this.#observers;
    if (onDeadLetter !== undefined) this.#tell(() => onDeadLetter(letter));
  }

  /** Keeps the letter for `flush`. */
  deadLetterLater(letter: DeadLetter): void {
    if (this.#observers.onDeadLetter !== undefined) this.#outbox.push(letter);
  }

  flush(): void {
    while (this.#outbox.length > 0) {
      for (const kept of this.#outbox.splice(0)) this.deadLetter(kept);
    }
  }

  #tell(observe: () => unknown): void {
    try {
      const result = observe();
      if (typeof result === 'object' && result !== null && 'then' in result) {
        Promise.resolve(result).catch(() => this.observerFailures++);
      }
    } catch {
      this.observerFailures++;
    }
  }
}

/** The letter for a task that never started. */
export function unstartedLetter(
  task: Pick<Task, 'data' | 'envelope'>,
  hook: Hook,
  lane: Lane,
  reason: DeadLetterReason,
  error?: unknown,
): DeadLetter {
  return compose(task, hook, lane, reason, false, error);
}

/** The letter for a task whose handler was called. */
export function startedLetter(
  task: Pick<Task, 'data' | 'envelope'>,
  hook: Hook,
  lane: Lane,
  reason: DeadLetterReason,
  error: unknown,
): DeadLetter {
  return compose(task, hook, lane, reason, true, error);
}

function compose(
  task: Pick<Task, 'data' | 'envelope'>,
  hook: Hook,
  lane: Lane,
  reason: DeadLetterReason,
  started: boolean,
  error: unknown,
): DeadLetter {
  return {
    event: hook.event,
    data: task.data,
    hook: hook.name,
    lane: lane.name,
    key: task.envelope?.key,
    reason,
    started,
    error,
  };
}
