import type { Due } from './deadlines.ts';
import type { Envelope } from './envelope.ts';
import type { Hook } from './hook.ts';
import type { KeyLine } from './key-line.ts';
import type { Lane } from './lane.ts';
import type { Link } from './linked-list.ts';
import type { Slot } from './slot.ts';

/**
 * An emit whose tasks can be found again after it was admitted, because it has a key, a limit of
 * its own or a signal. Other emits are entries of an `EmitQueue`, which is far cheaper.
 */
export class TrackedEmit implements Due {
  readonly data: unknown;
  readonly emittedAt: number;
  readonly envelope: Envelope;
  readonly dueAt: number;
  /** Grows with every tracked emit of the pool. */
  readonly order: number;
  readonly tasks: TrackedTask[] = [];
  heapIndex = -1;
  /** Tasks that wait. */
  waiting = 0;
  /** Tasks that are not over. */
  open = 0;
  isCancelled = false;
  cancelReason: unknown;

  constructor(data: unknown, emittedAt: number, envelope: Envelope, order: number) {
    this.data = data;
    this.emittedAt = emittedAt;
    this.envelope = envelope;
    this.dueAt = envelope.deadline;
    this.order = order;
  }
}

/**
 * One handler to be called for a tracked emit.
 *
 *   parked ──its key is passed on──> ready ──start──> running ──> over
 *      └──────────────────────── drop ─┴───────────────────────────┘
 *
 * Without a key, and with one that is free, it is ready from the start.
 */
export class TrackedTask {
  readonly hook: Hook;
  readonly lane: Lane;
  readonly emit: TrackedEmit;
  /** Entries that had been put into the lane's queue when it was admitted. */
  readonly admittedAfter: number;
  state: 'parked' | 'ready' | 'running' | 'over' = 'ready';
  /** Entries that had been put into the lane's queue when it became ready. */
  readyAfter: number;
  /** True for one that had to wait for its key: it takes no place in the pool until it runs. */
  isAside = false;
  /** The line of its key. */
  line: KeyLine | undefined;
  /** Whether it is the one task of its key that may run. */
  ownsKey = false;
  /** Its turn: in the line of its key, or among the ready tasks of its lane. */
  turn: Link<TrackedTask> | undefined;
  /** Its place among those of its lane that may be shed. */
  place: Link<TrackedTask> | undefined;
  /** While it runs. */
  slot: Slot | undefined;

  constructor(hook: Hook, lane: Lane, emit: TrackedEmit) {
    this.hook = hook;
    this.lane = lane;
    this.emit = emit;
    this.admittedAfter = lane.queue.end;
    this.readyAfter = this.admittedAfter;
  }

  get isWaiting(): boolean {
    return this.state === 'parked' || this.state === 'ready';
  }
}
