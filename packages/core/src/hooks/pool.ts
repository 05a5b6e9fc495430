import type { CoarseClock } from './coarse-clock.ts';
import type { Envelope } from './envelope.ts';
import type { GiveUp } from './give-up.ts';
import { TaskContext } from './handler-context.ts';
import { asPromise, callHandler } from './handler-call.ts';
import type { Hook } from './hook.ts';
import { freeWorkers, type Lane } from './lane.ts';
import type { Lanes } from './lanes.ts';
import type { Lineage } from './lineage.ts';
import { Slot, slotState } from './slot.ts';
import { SlotStack } from './slot-stack.ts';
import type { PoolBounds } from './pool-bounds.ts';
import type { Pump } from './pump.ts';
import type { Reporter } from './reporter.ts';
import type { Strays } from './strays.ts';
import type { TimeLimits } from './time-limits.ts';
import type { TrackedTask } from './tracked-task.ts';
import type { TrackedTasks } from './tracked-tasks.ts';
import type { TurnBudget } from './turn-budget.ts';

/** What the pool is made of. */
export interface PoolParts {
  readonly size: PoolBounds;
  readonly lanes: Lanes;
  readonly clock: CoarseClock;
  readonly reporter: Reporter;
  readonly budget: TurnBudget;
  readonly limits: TimeLimits;
  readonly lineage: Lineage;
  readonly tracked: TrackedTasks;
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
    while (single.occupied < size.workers && this.#budget.spend(queue.tasks + ready.size)) {
      if (ready.size > 0) {
        this.#startNext(single);
        continue;
      }
      const hook = queue.take();
      if (hook === undefined) return;
      this.#start(hook, single);
    }
  }

  #nextLane(): Lane | undefined {
    const { lanes, size } = this.#parts;
    for (const lane of lanes.all) {
      if (lane.startable > 0 && freeWorkers(lanes.all, lane, size.workers) > 0) return lane;
    }
    return undefined;
  }

  #startNext(lane: Lane): void {
    const task = lane.next;
    if (task !== undefined) {
      this.#startTracked(task, lane);
      return;
    }
    const hook = lane.queue.take();
    if (hook !== undefined) this.#start(hook, lane);
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
      lane.failed++;
      this.#parts.reporter.failure({ hook, lane, data, envelope }, 'failed', true, error);
      this.#endSynchronous(lane, startedAt);
      return;
    }
    if (result === undefined) {
      lane.processed++;
      this.#endSynchronous(lane, startedAt);
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
    const { takenData: data, takenAt } = lane.queue;
    if (!hook.active) {
      this.#parts.giveUp.drop({ hook, lane, data, envelope }, 'unregistered');
      return;
    }
    this.#call(this.#occupy(hook, lane, data, takenAt, envelope));
  }

  #startTracked(task: TrackedTask, lane: Lane): void {
    const { giveUp, tracked } = this.#parts;
    const { hook, emit } = task;
    if (!hook.active || emit.dueAt <= this.#clock.now) {
      giveUp.dropTracked(task, hook.active ? 'timed-out' : 'unregistered');
      return;
    }
    tracked.start(task);
    const slot = this.#occupy(hook, lane, emit.data, emit.emittedAt, emit.envelope);
    slot.task = task;
    task.slot = slot;
    this.#call(slot);
  }

  /** Takes a worker and a slot. */
  #occupy(
    hook: Hook,
    lane: Lane,
    data: unknown,
    emittedAt: number,
    envelope: Envelope | undefined,
  ): Slot {
    const { now } = this.#clock;
    lane.waitTimes.record(now - emittedAt);
    lane.occupied++;
    const slot = this.#idle.pop() ?? this.#newSlot();
    slot.hook = hook;
    slot.lane = lane;
    slot.data = data;
    slot.envelope = envelope;
    slot.startedAt = now;
    if (hook.takesContext && envelope !== undefined) {
      slot.context = new TaskContext(hook.event, lane.name, envelope);
    }
    return slot;
  }

  /** Calls the handler of a slot, with what its emit carries. */
  #call(slot: Slot): void {
    const { hook, lane, data, envelope, context } = slot;
    if (hook === undefined || lane === undefined) return;
    const { lineage } = this.#parts;
    lineage.depth = envelope?.depth ?? 0;
    let result: unknown;
    try {
      result = callHandler(hook.invoke, data, context, envelope);
    } catch (error) {
      this.#endThrown(slot, lane, error);
      return;
    } finally {
      lineage.depth = 0;
    }
    this.#follow(slot, lane, result);
  }

  /** A handler has returned: it is over, or it is waited for. */
  #follow(slot: Slot, lane: Lane, result: unknown): void {
    let pending: Promise<unknown> | undefined;
    try {
      pending = asPromise(result);
    } catch (error) {
      this.#endThrown(slot, lane, error);
      return;
    }
    if (pending === undefined) {
      lane.processed++;
      this.#letGo(slot);
      this.#endSynchronous(lane, slot.startedAt);
      return;
    }
    if (this.#clock.afterHandler()) this.#budget.checkTime();
    slot.state = slotState.running;
    this.#limits.note(slot);
    const { task } = slot;
    if (task !== undefined && task.emit.isCancelled) {
      this.#parts.giveUp.cancelRunning(slot, task.emit.cancelReason);
    }
    // Both callbacks are given and neither throws: nothing can be left unhandled.
    void pending.then(slot.onFulfilled, slot.onRejected);
  }

  #newSlot(): Slot {
    const slot = new Slot(this.#onFulfilled, this.#onRejected);
    this.#parts.slots.push(slot);
    return slot;
  }

  #endSynchronous(lane: Lane, startedAt: number): void {
    lane.occupied--;
    const clock = this.#clock;
    if (clock.afterHandler()) {
      this.#budget.checkTime();
      lane.runTimes.record(clock.now - startedAt);
    } else {
      // Nobody has read the clock since the start.
      lane.runTimes.recordZero();
    }
  }

  #endThrown(slot: Slot, lane: Lane, error: unknown): void {
    const { hook, data, envelope } = slot;
    lane.failed++;
    if (hook !== undefined) {
      this.#parts.reporter.failure({ hook, lane, data, envelope }, 'failed', true, error);
    }
    this.#letGo(slot);
    this.#endSynchronous(lane, slot.startedAt);
  }

  /** The handler is over: its key passes on, and its slot can be used again. */
  #letGo(slot: Slot): void {
    slot.state = slotState.idle;
    const { task } = slot;
    if (task !== undefined) {
      slot.task = undefined;
      task.slot = undefined;
      this.#parts.tracked.end(task);
      this.#parts.tracked.passKeyOn(task);
    }
    if (slot.envelope !== undefined) slot.envelope = undefined;
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
    this.#parts.reporter.failure({ hook, lane, data, envelope }, 'failed', true, error);
  };

  #finish(slot: Slot, lane: Lane): void {
    // Has the clock read, once for all handlers that settle before the pass.
    this.#pump.wakeInside();
    lane.runTimes.record(this.#clock.now - slot.startedAt);
    lane.occupied--;
    this.#letGo(slot);
  }

  #endStray(slot: Slot): void {
    this.#parts.strays.remove(slot);
    this.#letGo(slot);
    this.#pump.wake();
  }
}
