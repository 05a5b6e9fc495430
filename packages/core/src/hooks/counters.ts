import type { Lane } from './lane.ts';

/**
 * Counters since creation, in tasks: one task is one handler called (or to be called) for one emit.
 * At any moment `admitted = waiting + running + processed + failed + timedOut + shed + abandoned`.
 */
export interface TaskCounters {
  readonly admitted: number;
  /** Admitted and not started. */
  readonly waiting: number;
  /** Under way, within their limit. */
  readonly running: number;
  readonly processed: number;
  /** Threw or rejected. */
  readonly failed: number;
  /** Met their limit, running or waiting. */
  readonly timedOut: number;
  /** Gave way to more important or newer tasks before they started. */
  readonly shed: number;
  /** Cancelled, given up by `close()`, or left by a hook that was unregistered before they started. */
  readonly abandoned: number;
  /** Tasks of refused emits, which were never admitted. */
  readonly rejected: number;
}

/** The counters of all lanes together. */
export function totalCounters(lanes: readonly Lane[]): TaskCounters {
  const sum = (pick: (lane: Lane) => number): number =>
    lanes.reduce((total, lane) => total + pick(lane), 0);
  return {
    admitted: sum((lane) => lane.admitted),
    waiting: sum((lane) => lane.waiting),
    running: sum((lane) => lane.running),
    processed: sum((lane) => lane.processed),
    failed: sum((lane) => lane.failed),
    timedOut: sum((lane) => lane.timedOut),
    shed: sum((lane) => lane.shed),
    abandoned: sum((lane) => lane.abandoned),
    rejected: sum((lane) => lane.rejected),
  };
}
