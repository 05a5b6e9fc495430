import type { CoarseClock } from './coarse-clock.ts';
import { type DeadLetter, type Reporter, startedLetter, unstartedLetter } from './dead-letter.ts';
import type { Task } from './emit-queue.ts';
import type { Envelope } from './envelope.ts';
import { HandlerTimeoutError, TaskAbandonedError } from './errors.ts';
import { TaskContext } from './handler-context.ts';
import type { Hook } from './hook.ts';
import type { KeyOrder } from './key-order.ts';
import { freeWorkers, type Lane } from './lane.ts';
import type { Lanes } from './lanes.ts';
import { Slot, slotState } from './slot.ts';
import { SlotStack } from './slot-stack.ts';
import type { Pump } from './pump.ts';
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
  /** Every slot there is, in any state. */
  readonly slots: Slot[];
  readonly pump: Pump;
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
  readonly #clock: CoarseClock;
  readonly #limits: TimeLimits;
  readonly #budget: TurnBudget;
  readonly #pump: Pump;
  readonly #idle = new SlotStack();

  constructor(parts: PoolParts) {
    this.#parts = parts;
    this.#clock = parts.clock;
    this.#limits = parts.limits;
    this.#budget = parts.budget;
    this.#pump = parts.pump;
  }

  /**
   * Starts what fits while workers are free and the turn's budget lasts. Handlers are called in
   * here, and may emit, register, unregister or close.
   */
  startTasks(): void {
    const { lanes, workers } = this.#parts;
    const { single } = lanes;
    if (single === undefined) {
      for (;;) {
        const lane = this.#nextLane();
        if (lane === undefined || !this.#budget.spend(1)) return;
        this.#startNext(lane);
      }
    }
    const { queue, ready } = single;
    while (single.occupied < workers && this.#budget.spend(queue.tasks + ready.length)) {
      if (ready.length > 0) {
        this.#startNext(single);
        continue;
      }
      const hook = queue.take();
      if (hook === undefined) return;
      if (queue.takenEnvelope === undefined || this.#claimKey(hook, single)) {
        this.#start(hook, single);
      }
    }
  }

  #nextLane(): Lane | undefined {
    const { lanes, workers } = this.#parts;
    for (const lane of lanes.all) {
      if (lane.queue.tasks === 0 && lane.ready.length === 0) continue;
      if (freeWorkers(lanes.all, lane, workers) > 0) return lane;
    }
    return undefined;
  }

  #startNext(lane: Lane): void {
    const { queue } = lane;
    if (lane.ready.length > 0) {
      const task = lane.ready.shift();
      if (task === undefined) return;
      lane.aside--;
      queue.retake(task);
      this.#start(task.hook, lane);
      return;
    }
    const hook = queue.take();
    if (hook !== undefined && this.#claimKey(hook, lane)) this.#start(hook, lane);
  }

  /** Whether what has been taken may start; else it is parked behind the tasks of its key. */
  #claimKey(hook: Hook, lane: Lane): boolean {
    const { queue } = lane;
    const key = queue.takenEnvelope?.key;
    return key === undefined || this.#parts.keys.claim(queue.taken(hook), key, lane);
  }

  /**
   * Lets go of what finished tasks held, at the end of a pass: under load their slots have been
   * taken again by then, and clearing them would have been for nothing. The used ones are on top.
   */
  clearIdle(): void {
    for (let i = this.#idle.size - 1; i >= 0; i--) {
      const slot = this.#idle.at(i);
      if (slot?.hook === undefined) break;
      slot.clear();
    }
    const { single, all } = this.#parts.lanes;
    if (single !== undefined) single.queue.forgetTaken();
    else for (const lane of all) lane.queue.forgetTaken();
  }

  /** Ends the tasks whose limit has passed; their handlers become strays. */
  expire(now: number): void {
    const { reporter, strays } = this.#parts;
    this.#limits.expire(now, (slot) => {
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

  /** Starts what has been taken from the queue of the lane. */
  #start(hook: Hook, lane: Lane): void {
    const clock = this.#clock;
    const { queue } = lane;
    const data = queue.takenData;
    const envelope = queue.takenEnvelope;
    if (!hook.active) {
      this.drop({ hook, data, envelope }, lane, 'unregistered');
      return;
    }
    if (envelope !== undefined && envelope.deadline <= clock.now) {
      this.drop({ hook, data, envelope }, lane, 'timed-out');
      return;
    }
    const startedAt = clock.now;
    lane.waitTimes.record(startedAt - queue.takenAt);
    lane.occupied++;

    let context: TaskContext | undefined;
    let pending: Promise<unknown> | undefined;
    try {
      let result: unknown;
      const { invoke } = hook;
      if (hook.takesContext || envelope !== undefined) {
        if (hook.takesContext) context = new TaskContext(hook.event, lane.name, envelope);
        result = call(invoke, data, context, envelope);
      } else {
        result = invoke(data);
      }
      if (isThenable(result)) pending = Promise.resolve(result);
    } catch (error) {
      this.#endSynchronous(lane, startedAt);
      lane.failed++;
      if (envelope !== undefined) this.#parts.keys.release(hook, envelope.key);
      this.#fail({ data, envelope }, hook, lane, error);
      return;
    }
    if (pending === undefined) {
      this.#endSynchronous(lane, startedAt);
      lane.processed++;
      if (envelope !== undefined) this.#parts.keys.release(hook, envelope.key);
      return;
    }

    if (clock.afterHandler()) this.#budget.checkTime();
    const slot = this.#idle.pop() ?? this.#newSlot();
    slot.state = slotState.running;
    slot.hook = hook;
    slot.lane = lane;
    slot.data = data;
    slot.envelope = envelope;
    slot.context = context;
    slot.startedAt = startedAt;
    if (envelope !== undefined || hook.limitMs !== Infinity) this.#limits.note(slot, hook.limitMs);
    else slot.deadline = Infinity;
    // Both callbacks are given and neither throws: nothing can be left unhandled.
    void pending.then(slot.onFulfilled, slot.onRejected);
  }

  #newSlot(): Slot {
    const slot = new Slot(this.#onFulfilled, this.#onRejected);
    this.#parts.slots.push(slot);
    return slot;
  }

  #endSynchronous(lane: Lane, startedAt: number): void {
    const clock = this.#clock;
    if (clock.afterHandler()) this.#budget.checkTime();
    lane.runTimes.record(clock.now - startedAt);
    lane.occupied--;
  }

  readonly #onFulfilled = (slot: Slot): void => {
    const { lane } = slot;
    if (slot.state !== slotState.running || lane === undefined) {
      this.#endStray(slot);
      return;
    }
    this.#finish(slot, lane);
    lane.processed++;
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
    // Has the clock read, once for all handlers that settle before the pass.
    this.#pump.wakeInside();
    lane.runTimes.record(this.#clock.now - slot.startedAt);
    lane.occupied--;
    slot.state = slotState.idle;
    if (slot.envelope !== undefined && slot.hook !== undefined) {
      this.#parts.keys.release(slot.hook, slot.envelope.key);
    }
    this.#idle.push(slot);
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
      this.#pump.wake();
    });
  }

  #endStray(slot: Slot): void {
    this.#parts.strays.remove(slot);
    if (slot.hook !== undefined && slot.envelope !== undefined) {
      this.#parts.keys.release(slot.hook, slot.envelope.key);
    }
    slot.state = slotState.idle;
    this.#idle.push(slot);
    this.#pump.wake();
  }
}

/** A handler without a second parameter is given one argument only, since it may have a default. */
function call(
  invoke: Hook['invoke'],
  data: unknown,
  context: TaskContext | undefined,
  envelope: Envelope | undefined,
): unknown {
  const run = envelope?.runInContext;
  if (run === undefined) return context === undefined ? invoke(data) : invoke(data, context);
  return context === undefined ? run(invoke, data) : run(invoke, data, context);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (value instanceof Promise) return true;
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    'then' in value &&
    typeof value.then === 'function'
  );
}
