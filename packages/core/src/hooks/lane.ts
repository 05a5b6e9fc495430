import { EmitQueue } from './emit-queue.ts';
import { DurationHistogram } from './histogram.ts';
import { LinkedList } from './linked-list.ts';
import type { TrackedTask } from './tracked-task.ts';

/**
 * One priority: what waits, its share of the workers, and its counters.
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
  /** Emits of which nothing needs to be found again. */
  readonly queue = new EmitQueue();
  /** Tracked tasks that may start, in turn. */
  readonly ready = new LinkedList<TrackedTask>();
  /** Tracked tasks that wait and take a place, in the order of their emits. */
  readonly placed = new LinkedList<TrackedTask>();

  /** Tasks that wait and had to wait for their key: they take no place. */
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

  /** Tasks that wait and take a place in the pool. */
  get queued(): number {
    return this.queue.tasks + this.placed.size;
  }

  /** Places in use. */
  get load(): number {
    return this.queue.tasks + this.placed.size + this.occupied;
  }

  /** Tasks admitted and not started. */
  get waiting(): number {
    return this.queue.tasks + this.placed.size + this.aside;
  }

  /** Tasks that could start, were there a worker. */
  get startable(): number {
    return this.queue.tasks + this.ready.size;
  }

  /** Handlers that run within their limit. */
  get running(): number {
    return this.occupied - this.held;
  }

  /** The tracked task whose turn it is; undefined when that of an emit in the queue comes first. */
  get next(): TrackedTask | undefined {
    const task = this.ready.first?.value;
    if (task === undefined || this.queue.tasks === 0) return task;
    return task.readyAfter <= this.queue.start ? task : undefined;
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
  for (const lane of lanes)
    free -= own.includes(lane) ? lane.load : Math.max(lane.load, lane.reserved);
  return free;
}

/** The most tasks for these lanes that could ever fit, with the pool empty. */
export function placesFor(lanes: readonly Lane[], own: readonly Lane[], capacity: number): number {
  let places = capacity;
  for (const lane of lanes) if (!own.includes(lane)) places -= lane.reserved;
  return places;
}
