import type { Fault } from '../services/index.ts';
import type { SimulateOptions } from '../simulation/index.ts';
import type { Trace } from '../workload/index.ts';
import type { AnyExample } from './example.ts';
import type { RunFinished, RunRecord } from './record.ts';
import type { LoadSpec } from './load-spec.ts';
import { createRecorder } from './recorder.ts';
import type { Transport } from './open-world.ts';
import { runScale } from './run-scale.ts';
import { runStorm } from './run-storm.ts';
import type { ScenarioName } from './scenario.ts';
import type { TimeSource } from './time-source.ts';

/** What is run: scenario, seed, settings, and whatever differs from the default run. */
export interface RunOptions {
  readonly scenario: ScenarioName;
  readonly seed: number;
  /** The example's settings, parsed and complete. */
  readonly settings: object;
  /** In place of the repaired implementation (or, where there is none, the broken one). */
  readonly implementations?: readonly string[] | undefined;
  /** Faults besides those of the scenario. */
  readonly faults?: readonly Fault[] | undefined;
  /** Leaves the scenario's own faults out. Default: false. */
  readonly isCalm?: boolean | undefined;
  /** Load in place of the scenario's own. */
  readonly load?: LoadSpec | undefined;
  /** Real traffic in place of the scenario's load. */
  readonly trace?: Trace | undefined;
  readonly transport?: Transport | undefined;
  /**
   * What follows the verdict: `named`, the proof of the cause that the scenario names, and how a
   * changed run differs from the default one; `every`, also each condition of the storm removed in
   * turn and kept alone; `none`. Default: `named`.
   */
  readonly proof?: 'none' | 'named' | 'every' | undefined;
  /** Provenance of the code, for `run.started`. */
  readonly commit?: string | undefined;
  /** The command that replays this run, and the one that is to be tried next. */
  readonly replay: string;
  readonly next: string;
  /** Whose time each phase of a storm takes. Default: virtual time. */
  readonly time?: TimeSource | undefined;
  readonly pace?: SimulateOptions['pace'];
  readonly signal?: AbortSignal | undefined;
  /** Kinds of real I/O that belong to whoever shows the run; see `simulate`. */
  readonly ignoredIo?: readonly string[] | undefined;
}

/** What the phases of a run come to. */
export interface RunOutcome {
  readonly isAsDeclared: boolean;
  /** Why, in a sentence. */
  readonly reason: string;
  readonly virtualMs: number;
  /** Arguments of the command to try next, when the run suggests some. */
  readonly next?: string;
}

/**
 * Runs a scenario of an example: every record goes to `sink` as soon as it is known, and the last
 * one, which says how it came out, is also the result.
 *
 * @throws SimulationCancelledError when `signal` is aborted; RangeError for a fault that nothing of
 *   the example can have, or an implementation that it does not have.
 */
export async function runScenario(
  example: AnyExample,
  options: RunOptions,
  sink: (record: RunRecord) => void,
): Promise<RunFinished> {
  const recorder = createRecorder(sink);
  const scenario = example.scenarios[options.scenario];
  const { isAsDeclared, reason, virtualMs, next } =
    scenario.kind === 'storm'
      ? await runStorm(example, scenario, options, recorder)
      : await runScale(example, scenario, options, recorder);
  const finished: RunFinished = {
    type: 'run.finished',
    isAsDeclared,
    reason,
    virtualMs,
    records: recorder.count,
    hash: recorder.hash(),
    replay: options.replay,
    next: next === undefined ? options.next : options.next.replace(scenario.next, next),
  };
  sink(finished);
  return finished;
}
