import type { Envelope } from './envelope.ts';
import { type FanoutPart, rankOf, taskCount } from './fanout.ts';
import type { GiveUp } from './give-up.ts';
import type { KeyLine } from './key-line.ts';
import { freePlaces, type Lane, placesFor } from './lane.ts';
import type { Lanes } from './lanes.ts';
import type { PoolBounds } from './pool-bounds.ts';
import type { TrackedTask } from './tracked-task.ts';
import type { TrackedTasks } from './tracked-tasks.ts';

// How many tasks may wait for their keys, in capacities of the pool. A line may grow while it is
// shorter than what is left of that (dynamic thresholds, Choudhury and Hahne, 1998): alone, one key
// may fill the pool as if it were no key; n of them get a share of 2 / (n + 1) capacities each, and
// there is always something left for the next one. With one capacity, a key alone would be refused
// in a pool that is half empty.
const asideCapacities = 2;

/** How an attempt to let an emit in has ended. */
export type Attempt =
  | 'admitted'
  /** The pool has no room for it. */
  | 'no-room'
  /** The pool has room, but not for more tasks of its key. */
  | 'key-full';

/**
 * The places of the pool: who fits, and who has to give way.
 *
 * Running tasks and tasks that wait for a worker take places, up to the capacity. A task that waits
 * for its key takes none: it counts only for emits with that same key, which find the pool as full
 * as if it did.
 */
export class Places {
  readonly #lanes: Lanes;
  readonly #size: PoolBounds;
  readonly #tracked: TrackedTasks;
  readonly #giveUp: GiveUp;

  constructor(lanes: Lanes, size: PoolBounds, tracked: TrackedTasks, giveUp: GiveUp) {
    this.#lanes = lanes;
    this.#size = size;
    this.#tracked = tracked;
    this.#giveUp = giveUp;
  }

  /** The most tasks that could ever fit, with the pool empty. */
  capacityFor(parts: readonly FanoutPart[]): number {
    return placesFor(this.#lanes.all, lanesOf(parts), this.#size.capacity);
  }

  /**
   * Sees to it that the tasks of an emit fit: less important lanes are shed, the least important
   * first and its newest emits first, and with `drop` the lanes of the emit itself. Nothing is shed
   * when that would not be enough.
   */
  makeRoom(
    parts: readonly FanoutPart[],
    envelope: Envelope | undefined,
    drop?: 'drop-oldest' | 'drop-newest',
  ): Attempt {
    const { all, single } = this.#lanes;
    const tasks = taskCount(parts);
    const lines = linesOf(parts, envelope?.key);
    // Nearly every emit: one lane, a key that is free if there is one, and room.
    if (single !== undefined && lines.length === 0 && tasks + single.load <= this.#size.capacity) {
      return 'admitted';
    }
    const own = lanesOf(parts);
    const missing = (): number => tasks - this.#room(own, lines);
    if (missing() <= 0) return 'admitted';

    const rank = rankOf(parts);
    const victims = all.filter((lane) => lane.rank > rank || (drop && own.includes(lane)));
    let sheddable = 0;
    let sheddableAside = 0;
    for (const lane of victims) {
      sheddable += sheddableTasks(lane, own.includes(lane), lines);
      sheddableAside += asideTasks(lane, lines);
    }
    if (sheddable < missing() || sheddableAside < tasks - this.#roomAside(lines)) {
      const places = freePlaces(all, own, this.#size.capacity);
      return lines.length > 0 && tasks <= places ? 'key-full' : 'no-room';
    }
    for (const lane of victims.toReversed()) {
      const isOwn = own.includes(lane);
      const end = isOwn && drop === 'drop-oldest' ? 'oldest' : 'newest';
      while (missing() > 0 && sheddableTasks(lane, isOwn, lines) > 0) this.#shed(lane, end, lines);
    }
    return 'admitted';
  }

  /** Tasks of an emit for these lanes and lines that fit. */
  #room(own: readonly Lane[], lines: readonly KeyLine[]): number {
    const places = freePlaces(this.#lanes.all, own, this.#size.capacity);
    if (lines.length === 0) return places;
    let aside = 0;
    for (const line of lines) aside += line.aside;
    return Math.min(places - aside, this.#roomAside(lines));
  }

  /** Tasks by which these lines may grow. */
  #roomAside(lines: readonly KeyLine[]): number {
    if (lines.length === 0) return Infinity;
    let left = asideCapacities * this.#size.capacity - this.#tracked.aside;
    for (const line of lines) left -= line.aside;
    // Each task takes two: the line grows by it, and what is left shrinks.
    return Math.floor(left / 2);
  }

  /** Takes the newest (or oldest) emit out of a lane, of those that count for this one. */
  #shed(lane: Lane, end: 'oldest' | 'newest', lines: readonly KeyLine[]): void {
    const task = trackedAt(end, lane, lines);
    const { queue } = lane;
    const isTracked =
      queue.tasks === 0 ||
      (task !== undefined &&
        (end === 'newest' ? task.admittedAfter >= queue.end : task.admittedAfter <= queue.start));
    if (isTracked) {
      for (const other of task?.emit.tasks ?? []) {
        if (other.lane === lane && other.isWaiting) this.#giveUp.dropTracked(other, 'shed');
      }
    } else if (end === 'oldest') {
      queue.popOldest((queued) => this.#giveUp.drop({ lane, ...queued }, 'shed'));
    } else {
      queue.popNewest((queued) => this.#giveUp.drop({ lane, ...queued }, 'shed'));
    }
  }
}

function lanesOf(parts: readonly FanoutPart[]): readonly Lane[] {
  return parts.map((part) => part.lane);
}

const noLines: readonly KeyLine[] = [];

/** The lines that the tasks of an emit will stand in, because their key is taken. */
function linesOf(parts: readonly FanoutPart[], key: unknown): readonly KeyLine[] {
  if (key === undefined) return noLines;
  let lines: KeyLine[] | undefined;
  for (const { hooks } of parts) {
    for (const hook of hooks) {
      const line = hook.lines?.get(key);
      if (line !== undefined) (lines ??= []).push(line);
    }
  }
  return lines ?? noLines;
}

/** Tasks whose shedding frees a place: below a lane's reservation, it frees none for others. */
function sheddableTasks(lane: Lane, isOwn: boolean, lines: readonly KeyLine[]): number {
  const queued = isOwn
    ? lane.queued
    : Math.max(0, Math.min(lane.queued, lane.load - lane.reserved));
  return queued + asideTasks(lane, lines);
}

function asideTasks(lane: Lane, lines: readonly KeyLine[]): number {
  let tasks = 0;
  for (const line of lines) tasks += line.asideIn(lane).size;
  return tasks;
}

function trackedAt(
  end: 'oldest' | 'newest',
  lane: Lane,
  lines: readonly KeyLine[],
): TrackedTask | undefined {
  let found: TrackedTask | undefined;
  for (const list of [lane.placed, ...lines.map((line) => line.asideIn(lane))]) {
    const task = (end === 'oldest' ? list.first : list.last)?.value;
    if (task === undefined) continue;
    const isFurther =
      found === undefined ||
      (end === 'oldest' ? task.emit.order < found.emit.order : task.emit.order > found.emit.order);
    if (isFurther) found = task;
  }
  return found;
}
