import type { DeadLetter, LetterSubject } from './dead-letter.ts';
import { HandlerTimeoutError, TaskAbandonedError } from './errors.ts';
import type { Pump } from './pump.ts';
import type { Reporter } from './reporter.ts';
import { type Slot, slotState } from './slot.ts';
import type { Strays } from './strays.ts';
import type { TrackedEmit, TrackedTask } from './tracked-task.ts';
import type { TrackedTasks } from './tracked-tasks.ts';
import { nextTurn } from './turn.ts';

export interface GiveUpParts {
  readonly reporter: Reporter;
  readonly tracked: TrackedTasks;
  readonly strays: Strays;
  readonly pump: Pump;
}

/** Why a task that waits is given up. */
export type DropReason = 'unregistered' | 'timed-out' | 'shed' | 'cancelled' | 'abandoned';

/**
 * The ends of tasks that do not wait for their handler: a limit has passed, the emit was cancelled,
 * the hook has gone, others need the place, or `close()` has run out of patience. Each is counted
 * once and becomes a dead letter.
 */
export class GiveUp {
  readonly #parts: GiveUpParts;

  constructor(parts: GiveUpParts) {
    this.#parts = parts;
  }

  /** The limit of a running task has passed; its handler becomes a stray. */
  timeOut(slot: Slot, now: number): void {
    const { reporter, strays } = this.#parts;
    const subject = subjectOf(slot);
    if (subject === undefined) return;
    const { hook, lane } = subject;
    lane.timedOut++;
    lane.runTimes.record(now - slot.startedAt);
    strays.add(slot);
    this.#endTracked(slot);
    const error = new HandlerTimeoutError(hook.event, hook.name, true);
    reporter.failure(subject, 'timed-out', true, error);
    slot.context?.abort(error);
  }

  /** Gives up a running task, for `close()`. */
  abandon(slot: Slot): DeadLetter | undefined {
    const { reporter, strays } = this.#parts;
    const subject = subjectOf(slot);
    if (subject === undefined) return undefined;
    const { hook, lane } = subject;
    lane.occupied--;
    lane.abandoned++;
    strays.forsake(slot);
    this.#endTracked(slot);
    const error = new TaskAbandonedError(hook.event, hook.name);
    const letter = reporter.loss(subject, 'abandoned', true, error);
    slot.context?.abort(error);
    return letter;
  }

  /** The signal of an emit was aborted: what waits is dropped, what runs becomes strays. */
  cancel(emit: TrackedEmit, reason: unknown): void {
    emit.isCancelled = true;
    emit.cancelReason = reason;
    for (const task of emit.tasks) {
      if (task.isWaiting) this.dropTracked(task, 'cancelled', reason);
      else if (task.slot?.state === slotState.running) this.cancelRunning(task.slot, reason);
      // Its handler has not returned yet: it may be over when it does.
      else task.slot?.context?.abort(reason);
    }
    this.#parts.pump.wake();
  }

  /** The limit of an emit has passed: what waits is dropped. */
  expire(emit: TrackedEmit): void {
    for (const task of emit.tasks) if (task.isWaiting) this.dropTracked(task, 'timed-out');
  }

  /** Gives up a tracked task that waits. */
  dropTracked(task: TrackedTask, reason: DropReason, error?: unknown): DeadLetter {
    const { hook, lane, emit } = task;
    this.#parts.tracked.drop(task);
    return this.drop({ hook, lane, data: emit.data, envelope: emit.envelope }, reason, error);
  }

  /** Counts and reports a task that was taken from where it waited, and that never starts. */
  drop(subject: LetterSubject, reason: DropReason, error?: unknown): DeadLetter {
    const { reporter, pump } = this.#parts;
    const { hook, lane } = subject;
    // Told by the pass: dropping runs no code of anybody else.
    pump.wake();
    if (reason === 'timed-out') {
      lane.timedOut++;
      const timeout = new HandlerTimeoutError(hook.event, hook.name, false);
      return reporter.failure(subject, reason, false, timeout);
    }
    if (reason === 'shed') lane.shed++;
    else lane.abandoned++;
    return reporter.loss(subject, reason, false, error);
  }

  /** The emit of a running task was cancelled; its handler becomes a stray. */
  cancelRunning(slot: Slot, reason: unknown): void {
    const { reporter, strays } = this.#parts;
    const subject = subjectOf(slot);
    if (subject === undefined) return;
    subject.lane.abandoned++;
    strays.add(slot);
    this.#endTracked(slot);
    reporter.loss(subject, 'cancelled', true, reason);
    slot.context?.abort(reason);
  }

  /**
   * The task is over, and its handler may go on. A key passes on when the handler settles, but no
   * later than one turn of the event loop: a handler that stops at its signal never overlaps with
   * its successor, and one that ignores it cannot block its key for ever.
   */
  #endTracked({ task }: Slot): void {
    if (task === undefined) return;
    const { tracked, pump } = this.#parts;
    tracked.end(task);
    task.slot = undefined;
    if (!task.ownsKey) return;
    nextTurn(() => {
      tracked.passKeyOn(task);
      pump.wake();
    });
  }
}

function subjectOf({ hook, lane, data, envelope }: Slot): LetterSubject | undefined {
  return hook === undefined || lane === undefined ? undefined : { hook, lane, data, envelope };
}
