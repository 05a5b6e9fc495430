import { DurationHistogram, type HistogramSnapshot } from './histogram.ts';
import type { Lane } from './lane.ts';
import type { Strays } from './strays.ts';

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

/** Counters of one lane, and how long its tasks waited and ran, in ms. */
export interface LaneMetrics extends TaskCounters {
  readonly lane: string;
  readonly reservedWorkers: number;
  /** From the emit (to within the synchronous burst it was part of) to the start. */
  readonly wait: HistogramSnapshot;
  /** From the start to the end, or to the limit. */
  readonly run: HistogramSnapshot;
}

/** A snapshot of the pool; does not change afterwards. */
export interface HooksMetrics extends TaskCounters {
  readonly workers: number;
  /** Tasks that may wait and run at once: `workers + queueSize`, plus the buffer. Those that wait
   * for their key come on top, up to twice as many. */
  readonly capacity: number;
  /** Tasks in the queue: the same as `waiting`. */
  readonly depth: number;
  /** Workers in use: `running`, and those held by strays beyond `maxStrays`. */
  readonly busyWorkers: number;
  /** Handlers that go on after their limit or after `close()` gave up on them. */
  readonly strays: number;
  /** Strays that keep their worker because `maxStrays` is reached. */
  readonly heldWorkers: number;
  /** Tasks that wait for their key: part of `waiting`, and of no weight for other keys. */
  readonly parked: number;
  /** Emits that wait for room; not admitted yet. */
  readonly waitingEmits: number;
  /** Hooks registered. */
  readonly hooks: number;
  /** Calls of `onError`, `onDeadLetter` and `captureContext` that threw. */
  readonly observerFailures: number;
  /** Times that the pool itself met an error, and went on: a fault here or in a patched global. */
  readonly poolFailures: number;
  readonly wait: HistogramSnapshot;
  readonly run: HistogramSnapshot;
  readonly lanes: readonly LaneMetrics[];
}

export function laneMetrics(lane: Lane): LaneMetrics {
  return {
    lane: lane.name,
    reservedWorkers: lane.reserved,
    ...totalCounters([lane]),
    wait: lane.waitTimes.snapshot(),
    run: lane.runTimes.snapshot(),
  };
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

/** Everything that is a sum over lanes. */
export function totals(
  lanes: readonly Lane[],
): Omit<
  HooksMetrics,
  | 'workers'
  | 'capacity'
  | 'strays'
  | 'heldWorkers'
  | 'parked'
  | 'waitingEmits'
  | 'hooks'
  | 'observerFailures'
  | 'poolFailures'
> {
  const wait = new DurationHistogram();
  const run = new DurationHistogram();
  for (const lane of lanes) {
    wait.add(lane.waitTimes);
    run.add(lane.runTimes);
  }
  const counted = totalCounters(lanes);
  return {
    ...counted,
    depth: counted.waiting,
    busyWorkers: lanes.reduce((total, lane) => total + lane.occupied, 0),
    wait: wait.snapshot(),
    run: run.snapshot(),
    lanes: lanes.map(laneMetrics),
  };
}

export function strayMetrics(strays: Strays): Pick<HooksMetrics, 'strays' | 'heldWorkers'> {
  return { strays: strays.total, heldWorkers: strays.held };
}
