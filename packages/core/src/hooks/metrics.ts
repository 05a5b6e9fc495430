import { type TaskCounters, totalCounters } from './counters.ts';
import { poolOf } from './create-hooks.ts';
import { type HistogramSnapshot, snapshotOf } from './histogram-snapshot.ts';
import type { Lane } from './lane.ts';

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

/** What `metricsOf` takes: hooks, whatever their events. */
export interface MeasuredHooks {
  counters(): TaskCounters;
  count(): number;
}

/**
 * Everything that is measured of hooks, histograms included: walks through all of them, so that it
 * is for every few seconds; `hooks.counters()` is for every emit.
 * @throws TypeError for anything but what `createHooks` has made
 */
export function metricsOf(hooks: MeasuredHooks): HooksMetrics {
  const pool = poolOf(hooks);
  if (pool === undefined) {
    throw new TypeError(
      'Failed to read the metrics of hooks: createHooks() did not make them. Give what it returned.',
    );
  }
  const { lanes, strays, size, tracked, reporter, pump, waiting } = pool;
  const counted = hooks.counters();
  return {
    ...counted,
    workers: size.workers,
    capacity: size.capacity,
    depth: counted.waiting,
    busyWorkers: lanes.all.reduce((total, lane) => total + lane.occupied, 0),
    strays: strays.total,
    heldWorkers: strays.held,
    parked: tracked.aside,
    waitingEmits: waiting?.size ?? 0,
    hooks: hooks.count(),
    observerFailures: reporter.observerFailures,
    poolFailures: pump.failures,
    wait: snapshotOf(lanes.all.map((lane) => lane.waitTimes)),
    run: snapshotOf(lanes.all.map((lane) => lane.runTimes)),
    lanes: lanes.all.map(laneMetrics),
  };
}

function laneMetrics(lane: Lane): LaneMetrics {
  return {
    lane: lane.name,
    reservedWorkers: lane.reserved,
    ...totalCounters([lane]),
    wait: snapshotOf([lane.waitTimes]),
    run: snapshotOf([lane.runTimes]),
  };
}
