import { type DeadLetter, type Reporter, startedLetter, unstartedLetter } from './dead-letter.ts';
import type { Task } from './emit-queue.ts';
import { HandlerTimeoutError, TaskAbandonedError } from './errors.ts';
import type { KeyOrder } from './key-order.ts';
import type { Lane } from './lane.ts';
import type { Pump } from './pump.ts';
import type { Slot } from './slot.ts';
import type { Strays } from './strays.ts';
import type { TimeLimits } from './time-limits.ts';
import { nextTurn } from './turn.ts';

export interface GiveUpParts {
  readonly reporter: Reporter;
  readonly limits: TimeLimits;
  readonly keys: KeyOrder;
  readonly strays: Strays;
  readonly pump: Pump;
}

/**
 * The ends of tasks that do not wait for their handler: a limit has passed, the hook has gone, or
 * `close()` has run out of patience. Each is counted once and becomes a dead letter.
 */
export class GiveUp {
  readonly #parts: GiveUpParts;

  constructor(parts: GiveUpParts) {
    this.#parts = parts;
  }

  /** Ends the tasks whose limit has passed; their handlers become strays. */
  expire(now: number): void {
    const { reporter, limits, strays } = this.#parts;
    limits.expire(now, (slot) => {
      const { hook, lane, envelope } = slot;
      if (hook === undefined || lane === undefined) return;
      lane.timedOut++;
      lane.runTimes.record(now - slot.startedAt);
      strays.add(slot);
      if (envelope?.key !== undefined) this.#releaseKeySoon(slot);
      const error = new HandlerTimeoutError(hook.event, hook.name, true);
      const letter = startedLetter(slot, hook, lane, 'timed-out', error);
      slot.context?.abort(error);
      reporter.error(error, hook, lane, envelope?.key);
      reporter.deadLetter(letter);
    });
  }

  /** Gives up a running task, for `close()`. */
  abandon(slot: Slot): DeadLetter | undefined {
    const { hook, lane } = slot;
    if (hook === undefined || lane === undefined) return undefined;
    lane.occupied--;
    lane.abandoned++;
    this.#parts.strays.forsake(slot);
    const error = new TaskAbandonedError(hook.event, hook.name);
    const letter = startedLetter(slot, hook, lane, 'abandoned', error);
    this.#parts.reporter.deadLetterLater(letter);
    slot.context?.abort(error);
    return letter;
  }

  /** Gives up a task that was taken from where it waited, and that never starts. */
  drop(
    task: Omit<Task, 'emittedAt'>,
    lane: Lane,
    reason: 'unregistered' | 'timed-out' | 'abandoned',
  ): DeadLetter {
    const { reporter, keys } = this.#parts;
    const { hook } = task;
    const key = task.envelope?.key;
    let error: HandlerTimeoutError | undefined;
    if (reason === 'timed-out') {
      lane.timedOut++;
      error = new HandlerTimeoutError(hook.event, hook.name, false);
      reporter.error(error, hook, lane, key);
    } else {
      lane.abandoned++;
    }
    const letter = unstartedLetter(task, hook, lane, reason, error);
    reporter.deadLetterLater(letter);
    keys.release(hook, key);
    return letter;
  }

  /**
   * A key whose task timed out passes on when the handler settles, but no later than one turn of
   * the event loop: a handler that stops at its signal never overlaps with its successor, and one
   * that ignores it cannot block its key for ever.
   */
  #releaseKeySoon(slot: Slot): void {
    const { hook, envelope } = slot;
    nextTurn(() => {
      // Settled meanwhile: the slot may belong to another task by now.
      if (hook === undefined || slot.hook !== hook || slot.envelope !== envelope) return;
      slot.envelope = undefined;
      this.#parts.keys.release(hook, envelope?.key);
      this.#parts.pump.wake();
    });
  }
}
