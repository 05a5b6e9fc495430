import type { CoarseClock } from './coarse-clock.ts';
import { type DeadLetter, type Reporter, startedLetter, unstartedLetter } from './dead-letter.ts';
import type { Task } from './emit-queue.ts';
import { HandlerTimeoutError, TaskAbandonedError } from './errors.ts';
import { TaskContext } from './handler-context.ts';
import type { Hook } from './hook.ts';
import type { KeyOrder } from './key-order.ts';
import { freeWorkers, type Lane } from './lane.ts';
import type { Lanes } from './lanes.ts';
import { Slot, type SlotList, slotState } from './slot.ts';
import type { Strays } from './strays.ts';
import type { TimeLimits } from './time-limits.ts';
import type { TurnBudget } from './turn-budget.ts';
import { nextTurn } from './turn.ts';

/** What the pool is made of. */
export interface PoolParts {
  readonly workers: number;
  readonly lanes: Lanes;
  readonly clock: CoarseClock;
  readonly reporter: Reporter;
  readonly budget: TurnBudget;
  readonly limits: TimeLimits;
  readonly keys: KeyOrder;
  readonly strays: Strays;
  readonly inFlight: SlotList;
  /** Asks for a pass. */
  readonly wake: () => void;
}

/**
 * Takes tasks from the lanes, calls their handlers, and books how each one ends.
 *
 * A task leaves `waiting` for `running` when its handler is called, and `running` for exactly one
 * of `processed`, `failed`, `timedOut` and `abandoned`. A handler that returns anything but a
 * thenable is over at once and needs no slot.
 */
export class Pool {
  readonly #parts: PoolParts;
  readonly #idleSlots: Slot[] = [];
  readonly #finished: Slot[] = [];
  readonly #task: Task = { hook: undefined, data: undefined, emittedAt: 0, envelope: undefined };

  constructor(parts: PoolParts) {
    this.#parts = parts;
  }

  /**
   * Starts what fits while workers are free and the turn's budget lasts. Handlers are called in
   * here, and may emit, register, unregister or close.
   */
  startTasks(): void {
    const { budget, keys } = this.#parts;
    const task = this.#task;
    for (;;) {
      const lane = this.#nextLane();
      if (lane === undefined || budget.isResting || !budget.spend()) return;
      const ready = lane.ready.length > 0 ? lane.ready.shift() : undefined;
      if (ready !== undefined) {
        this.#start(ready, lane);
        continue;
      }
      lane.queue.take(task);
      const { hook, envelope } = task;
      if (hook === undefined) return;
      if (
        envelope === undefined ||
        envelope.key === undefined ||
        keys.claim(task, hook, envelope.key, lane)
      ) {
        this.#start(task, lane);
      }
      task.data = undefined;
    }
  }

  /** Run times are booked by the pass that follows: the clock is read once for all of them. */
  bookFinished(now: number): void {
    const finished = this.#finished;
    for (const slot of finished) {
      slot.lane?.runTimes.record(now - slot.startedAt);
      slot.clear();
      this.#idleSlots.push(slot);
    }
    finished.length = 0;
  }

  /** Ends the tasks whose limit has passed; their handlers become strays. */
  expire(now: number): void {
    this.#parts.limits.expire(now, (slot) => {
      const { hook, lane, envelope } = slot;
      if (hook === undefined || lane === undefined) return;
      this.#leaveRunning(slot, lane);
      lane.timedOut++;
      lane.runTimes.record(now - slot.startedAt);
      this.#parts.strays.add(slot);
      if (envelope?.key !== undefined) this.#releaseKeySoon(slot);
      const error = new HandlerTimeoutError(hook.event, hook.name, true);
      const letter = startedLetter(slot, hook, lane, 'timed-out', error);
      slot.context?.abort(error);
      this.#parts.reporter.error(error, hook, lane, envelope?.key);
      this.#parts.reporter.deadLetter(letter);
    });
  }

  /** Gives up a running task, for `close()`. */
  abandon(slot: Slot): DeadLetter | undefined {
    const { hook, lane } = slot;
    if (hook === undefined || lane === undefined) return undefined;
    this.#leaveRunning(slot, lane);
    lane.occupied--;
    lane.abandoned++;
    this.#parts.strays.forsake(slot);
    const error = new TaskAbandonedError(hook.event, hook.name);
    const letter = startedLetter(slot, hook, lane, 'abandoned', error);
    this.#parts.reporter.deadLetterLater(letter);
    slot.context?.abort(error);
    return letter;
  }

  /** Gives up a task that has not started. */
  drop(
    task: Task,
    hook: Hook,
    lane: Lane,
    reason: 'unregistered' | 'timed-out' | 'abandoned',
  ): DeadLetter {
    const { reporter, keys } = this.#parts;
    const key = task.envelope?.key;
    lane.waiting--;
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

  #nextLane(): Lane | undefined {
    const { lanes, workers } = this.#parts;
    const { single } = lanes;
    if (single !== undefined) {
      const hasWork = single.queue.tasks > 0 || single.ready.length > 0;
      return hasWork && single.occupied < workers ? single : undefined;
    }
    for (const lane of lanes.all) {
      if (lane.queue.tasks === 0 && lane.ready.length === 0) continue;
      if (freeWorkers(lanes.all, lane, workers) > 0) return lane;
    }
    return undefined;
  }

  #start(task: Task, lane: Lane): void {
    const { hook, data, envelope } = task;
    const { clock, keys } = this.#parts;
    if (hook === undefined) return;
    if (!hook.active) {
      this.drop(task, hook, lane, 'unregistered');
      return;
    }
    if (envelope !== undefined && envelope.deadline <= clock.now) {
      this.drop(task, hook, lane, 'timed-out');
      return;
    }
    const startedAt = clock.now;
    lane.waitTimes.record(startedAt - task.emittedAt);
    lane.waiting--;
    lane.running++;
    lane.occupied++;

    const context = hook.takesContext
      ? new TaskContext(hook.event, lane.name, envelope)
      : undefined;
    let pending: Promise<unknown> | undefined;
    try {
      const result =
        envelope === undefined || envelope.runInContext === undefined
          ? hook.invoke(data, context)
          : envelope.runInContext(hook.invoke, data, context);
      if (isThenable(result)) pending = Promise.resolve(result);
    } catch (error) {
      this.#endSynchronous(lane, startedAt);
      lane.failed++;
      if (envelope !== undefined) keys.release(hook, envelope.key);
      this.#fail({ data, envelope }, hook, lane, error);
      return;
    }
    if (pending === undefined) {
      this.#endSynchronous(lane, startedAt);
      lane.processed++;
      if (envelope !== undefined) keys.release(hook, envelope.key);
      return;
    }

    clock.afterHandler();
    const slot = this.#idleSlots.pop() ?? new Slot(this.#onFulfilled, this.#onRejected);
    slot.state = slotState.running;
    slot.hook = hook;
    slot.lane = lane;
    slot.data = data;
    slot.envelope = envelope;
    slot.context = context;
    slot.startedAt = startedAt;
    this.#parts.limits.note(slot, hook.limitMs);
    this.#parts.inFlight.add(slot);
    // Both callbacks are given and neither throws: nothing can be left unhandled.
    void pending.then(slot.onFulfilled, slot.onRejected);
  }

  #endSynchronous(lane: Lane, startedAt: number): void {
    const { clock } = this.#parts;
    clock.afterHandler();
    lane.runTimes.record(clock.now - startedAt);
    lane.running--;
    lane.occupied--;
  }

  readonly #onFulfilled = (slot: Slot): void => {
    const { lane } = slot;
    if (slot.state !== slotState.running || lane === undefined) {
      this.#endStray(slot);
      return;
    }
    lane.processed++;
    this.#finish(slot, lane);
  };

  readonly #onRejected = (slot: Slot, error: unknown): void => {
    const { lane, hook, data, envelope } = slot;
    if (slot.state !== slotState.running || lane === undefined || hook === undefined) {
      // The task has been counted and reported; how its handler ends changes nothing any more.
      this.#endStray(slot);
      return;
    }
    lane.failed++;
    this.#finish(slot, lane);
    this.#fail({ data, envelope }, hook, lane, error);
  };

  #finish(slot: Slot, lane: Lane): void {
    this.#leaveRunning(slot, lane);
    lane.occupied--;
    slot.state = slotState.idle;
    if (slot.envelope !== undefined && slot.hook !== undefined) {
      this.#parts.keys.release(slot.hook, slot.envelope.key);
    }
    this.#finished.push(slot);
    this.#parts.wake();
  }

  #leaveRunning(slot: Slot, lane: Lane): void {
    this.#parts.inFlight.remove(slot);
    lane.running--;
  }

  #fail(task: Pick<Task, 'data' | 'envelope'>, hook: Hook, lane: Lane, error: unknown): void {
    const { reporter } = this.#parts;
    reporter.error(error, hook, lane, task.envelope?.key);
    reporter.deadLetter(startedLetter(task, hook, lane, 'failed', error));
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
      this.#parts.wake();
    });
  }

  #endStray(slot: Slot): void {
    this.#parts.strays.remove(slot);
    if (slot.hook !== undefined && slot.envelope !== undefined) {
      this.#parts.keys.release(slot.hook, slot.envelope.key);
    }
    slot.clear();
    this.#idleSlots.push(slot);
    this.#parts.wake();
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (value instanceof Promise) return true;
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    'then' in value &&
    typeof value.then === 'function'
  );
}
