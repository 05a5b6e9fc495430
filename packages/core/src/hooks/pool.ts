import type { CoarseClock } from './coarse-clock.ts';
import { type Reporter, startedLetter } from './dead-letter.ts';
import type { Task } from './emit-queue.ts';
import type { Envelope } from './envelope.ts';
import type { GiveUp } from './give-up.ts';
import { TaskContext } from './handler-context.ts';
import type { Hook } from './hook.ts';
import type { KeyOrder } from './key-order.ts';
import { freeWorkers, type Lane } from './lane.ts';
import type { Lanes } from './lanes.ts';
import { Slot, slotState } from './slot.ts';
import { SlotStack } from './slot-stack.ts';
import type { PoolSize } from './pool-size.ts';
import type { Pump } from './pump.ts';
import type { Strays } from './strays.ts';
import type { TimeLimits } from './time-limits.ts';
import type { TurnBudget } from './turn-budget.ts';

/** What the pool is made of. */
export interface PoolParts {
  readonly size: PoolSize;
  readonly lanes: Lanes;
  readonly clock: CoarseClock;
  readonly reporter: Reporter;
  readonly budget: TurnBudget;
  readonly limits: TimeLimits;
  readonly keys: KeyOrder;
  readonly strays: Strays;
  readonly giveUp: GiveUp;
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
    const { lanes, size } = this.#parts;
    const { single } = lanes;
    if (single === undefined) {
      for (;;) {
        const lane = this.#nextLane();
        if (lane === undefined || !this.#budget.spend(1)) return;
        this.#startNext(lane);
      }
    }
    const { queue, ready } = single;
    while (single.occupied < size.workers && this.#budget.spend(queue.tasks + ready.length)) {
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
    const { lanes, size } = this.#parts;
    for (const lane of lanes.all) {
      if (lane.queue.tasks === 0 && lane.ready.length === 0) continue;
      if (freeWorkers(lanes.all, lane, size.workers) > 0) return lane;
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

  /**
   * Starts what has been taken from the queue of the lane. Kept short, since nearly all tasks are of
   * the plain kind: no context, no key, no limit of the emit.
   */
  #start(hook: Hook, lane: Lane): void {
    const { queue } = lane;
    const envelope = queue.takenEnvelope;
    if (!hook.isPlain || envelope !== undefined) {
      this.#startSpecial(hook, lane, envelope);
      return;
    }
    const data = queue.takenData;
    const startedAt = this.#clock.now;
    lane.waitTimes.record(startedAt - queue.takenAt);
    lane.occupied++;
    let result: unknown;
    try {
      const { invoke } = hook;
      result = invoke(data);
    } catch (error) {
      this.#endSynchronous(lane, startedAt);
      lane.failed++;
      this.#fail({ data, envelope }, hook, lane, error);
      return;
    }
    if (result === undefined) {
      this.#endSynchronous(lane, startedAt);
      lane.processed++;
      return;
    }
    const slot = this.#idle.pop() ?? this.#newSlot();
    // Compared first: writing a reference to an old object costs more than reading it.
    if (slot.hook !== hook) slot.hook = hook;
    if (slot.lane !== lane) slot.lane = lane;
    slot.data = data;
    slot.startedAt = startedAt;
    this.#follow(slot, lane, result);
  }

  #startSpecial(hook: Hook, lane: Lane, envelope: Envelope | undefined): void {
    const { takenData: data, takenEnvelope } = lane.queue;
    const isExpired = envelope !== undefined && envelope.deadline <= this.#clock.now;
    if (!hook.active || isExpired) {
      const task = { hook, data, envelope: takenEnvelope };
      this.#parts.giveUp.drop(task, lane, hook.active ? 'timed-out' : 'unregistered');
      return;
    }
    const slot = this.#occupy(hook, lane);
    slot.envelope = envelope;
    if (hook.takesContext) slot.context = new TaskContext(hook.event, lane.name, envelope);
    let result: unknown;
    try {
      result = call(hook.invoke, data, slot.context, envelope);
    } catch (error) {
      this.#endThrown(slot, lane, error);
      return;
    }
    this.#follow(slot, lane, result);
  }

  /** Takes a worker, and a slot for what was taken from the queue. */
  #occupy(hook: Hook, lane: Lane): Slot {
    const { queue } = lane;
    const { now } = this.#clock;
    lane.waitTimes.record(now - queue.takenAt);
    lane.occupied++;
    const slot = this.#idle.pop() ?? this.#newSlot();
    slot.hook = hook;
    slot.lane = lane;
    slot.data = queue.takenData;
    slot.startedAt = now;
    return slot;
  }

  /** A handler has returned: it is over, or it is waited for. */
  #follow(slot: Slot, lane: Lane, result: unknown): void {
    let pending: Promise<unknown>;
    try {
      if (!isThenable(result)) {
        this.#endSynchronous(lane, slot.startedAt);
        this.#letGo(slot);
        lane.processed++;
        return;
      }
      pending = Promise.resolve(result);
    } catch (error) {
      this.#endThrown(slot, lane, error);
      return;
    }
    if (this.#clock.afterHandler()) this.#budget.checkTime();
    slot.state = slotState.running;
    this.#limits.note(slot);
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
    if (clock.afterHandler()) {
      this.#budget.checkTime();
      lane.runTimes.record(clock.now - startedAt);
    } else {
      // Nobody has read the clock since the start.
      lane.runTimes.recordZero();
    }
    lane.occupied--;
  }

  #endThrown(slot: Slot, lane: Lane, error: unknown): void {
    const { hook, data, envelope } = slot;
    this.#endSynchronous(lane, slot.startedAt);
    this.#letGo(slot);
    lane.failed++;
    if (hook !== undefined) this.#fail({ data, envelope }, hook, lane, error);
  }

  /** The handler is over: its key passes on, and its slot can be used again. */
  #letGo(slot: Slot): void {
    slot.state = slotState.idle;
    const { envelope, hook } = slot;
    if (envelope !== undefined && hook !== undefined) {
      slot.envelope = undefined;
      this.#parts.keys.release(hook, envelope.key);
    }
    if (slot.context !== undefined) slot.context = undefined;
    this.#idle.push(slot);
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
    this.#letGo(slot);
  }

  #fail(task: Pick<Task, 'data' | 'envelope'>, hook: Hook, lane: Lane, error: unknown): void {
    const { reporter } = this.#parts;
    reporter.error(error, hook, lane, task.envelope?.key);
    reporter.deadLetter(startedLetter(task, hook, lane, 'failed', error));
  }

  #endStray(slot: Slot): void {
    this.#parts.strays.remove(slot);
    this.#letGo(slot);
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
