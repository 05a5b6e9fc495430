import { EmitQueue, type Task } from './emit-queue.ts';
import { DurationHistogram } from './histogram.ts';

/**
 * One priority: its waiting emits, its share of the workers, and its counters.
 *
 * Every task that is admitted to a lane is, at any moment, in exactly one of these places, which is
 * why `admitted = waiting + running + processed + failed + timedOut + shed + abandoned` holds after
 * every step of the pool.
 */
export class Lane {
  readonly name: string;
  /** 0 is the most important lane. */
  readonly rank: number;
  /** Workers, and as many places in the pool, that no other lane may take. */
  readonly reserved: number;
  readonly queue = new EmitQueue();
  /** Tasks whose key has just become free: admitted before anything that is still queued. */
  readonly ready: Task[] = [];

  /** Tasks that left the queue and wait for their key: parked behind it, or ready. */
  aside = 0;
  /** Workers in use: by handlers within their limit, and by strays beyond their bound. */
  occupied = 0;
  /** Workers kept by strays beyond their bound. */
  held = 0;

  admitted = 0;
  processed = 0;
  failed = 0;
  timedOut = 0;
  shed = 0;
  abandoned = 0;
  /** Tasks of refused emits: never admitted. */
  rejected = 0;
  readonly waitTimes = new DurationHistogram();
  readonly runTimes = new DurationHistogram();

  constructor(name: string, rank: number, reserved: number) {
    this.name = name;
    this.rank = rank;
    this.reserved = reserved;
  }

  /** Tasks admitted and not started. */
  get waiting(): number {
    return this.queue.tasks + this.aside;
  }

  /** Handlers that run within their limit. */
  get running(): number {
    return this.occupied - this.held;
  }
}

/**
 * Workers free for a task of `lane`: all but those in use and those that other lanes have reserved
 * and do not use.
 */
export function freeWorkers(lanes: readonly Lane[], lane: Lane, workers: number): number {
  let free = workers - lane.occupied;
  for (const other of lanes) {
    if (other !== lane) free -= Math.max(other.occupied, other.reserved);
  }
  return free;
}

/**
 * Room for tasks that go to lanes for which `isOwn` holds, by the same rule: a reserved worker
 * reserves its place in the pool too, or a flood of bulk work would fill the queue and the reserved
 * worker would stand idle.
 */
export function freePlaces(lanes: readonly Lane[], own: readonly Lane[], capacity: number): number {
  let free = capacity;
  for (const lane of lanes) {
    const load = lane.waiting + lane.occupied;
    free -= own.includes(lane) ? load : Math.max(load, lane.reserved);
  }
  return free;
}
