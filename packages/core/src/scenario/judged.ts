import type { IdentifiedFault, ServiceStats } from '../services/index.ts';
import type { Measured, Second } from './measures/index.ts';
import type { PoolReading } from './outside/pools.ts';
import type { Thrown } from './thrown.ts';
import type { ExampleTypes } from './types.ts';

/** What was measured in one second, and when it ended. */
export interface Sampled<E extends ExampleTypes> {
  /** End of the second, in ms since the start of the phase. */
  readonly atMs: number;
  readonly values: Second<E['measures']>;
}

/** One finished phase, as rules, figures and explanations see it. */
export interface Judged<E extends ExampleTypes> {
  readonly settings: E['settings'];
  readonly truth: E['truth'];
  /** What the world outside measured. */
  readonly measured: Measured<E['measures']>;
  /** What was measured in each second. */
  readonly seconds: readonly Sampled<E>[];
  readonly faults: readonly IdentifiedFault[];
  /** Virtual length of the load. */
  readonly durationMs: number;
  /** Virtual time at which everything was settled, without the quiet days; `Infinity` when it was not in time. */
  readonly settledAtMs: number;
  /** Length of the quiet days between the last visitor and the closing of the system; see `Storm`. */
  readonly epilogueMs: number;
  /** Visitors who never got an answer, however long the run waited. */
  readonly unanswered: number;
  /** When each signal was announced for the first time (ms), by name. */
  readonly firstSignals: ReadonlyMap<string, number>;
  /** Calls of each service, by its name. */
  readonly services: ReadonlyMap<string, ServiceStats>;
  /** Connection pools of all processes together, by the name of the pool. */
  readonly pools: ReadonlyMap<string, PoolReading>;
  /** Handlers still registered at channels after the system was closed. */
  readonly handlersLeft: number;
  /** Connections not given back after the system was closed. */
  readonly connectionsLeft: number;
  /** Promises that were rejected without anybody to hear of it. */
  readonly unhandledRejections: number;
  /** What the implementation threw, each kind with its count and its place. */
  readonly thrown: readonly Thrown[];
  /**
   * Whether what was due at a time (ms) is judged: always, but where objectives are excused by a fault for
   * a time. Measurements of such a time are left out of `measured` and `seconds`; what comes from the truth
   * is left out by whoever counts it.
   */
  readonly isJudged: (atMs: number) => boolean;
}
