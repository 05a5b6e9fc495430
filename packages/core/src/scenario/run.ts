import type { Fault } from '../services/index.ts';
import type { SimulateOptions } from '../simulation/index.ts';
import type { Trace } from '../workload/index.ts';
import type { AnyExample, ScenarioName } from './example.ts';
import type { Check, RunFinished, RunRecord } from './record.ts';
import { createRecorder } from './recorder.ts';
import type { Transport } from './open-phase.ts';
import { runScale } from './run-scale.ts';
import { runStorm } from './run-storm.ts';

export interface RunOptions {
  readonly scenario: ScenarioName;
  readonly seed: number;
  /** The example's settings, parsed and complete. */
  readonly settings: object;
  /** Replaces the repaired implementation (or, where there is none, the broken one) by this one. */
  readonly implementation?: string | undefined;
  /** Faults besides those of the scenario. */
  readonly faults?: readonly Fault[] | undefined;
  /** Real traffic in place of the scenario's load. */
  readonly trace?: Trace | undefined;
  readonly transport?: Transport | undefined;
  /** Provenance of the code, for `run.started`. */
  readonly commit?: string | undefined;
  /** The command that replays this run, and the one that is to be tried next. */
  readonly replay: string;
  readonly next: string;
  readonly pace?: SimulateOptions['pace'];
  readonly signal?: AbortSignal | undefined;
  /** Kinds of real I/O that belong to whoever shows the run; see `simulate`. */
  readonly ignoredIo?: readonly string[] | undefined;
}

/** What the phases of a run come to. */
export interface RunOutcome {
  readonly checks: readonly Check[];
  readonly virtualMs: number;
}

/**
 * Runs a scenario of an example: every record goes to `sink` as soon as it is known, and the last
 * one, with the verdict, is also the result.
 *
 * @throws SimulationCancelledError when `signal` is aborted.
 */
export async function runScenario(
  example: AnyExample,
  options: RunOptions,
  sink: (record: RunRecord) => void,
): Promise<RunFinished> {
  const recorder = createRecorder(sink);
  const scenario = example.scenarios[options.scenario];
  const outcome =
    scenario.kind === 'storm'
      ? await runStorm(example, scenario, options, recorder)
      : await runScale(example, scenario, options, recorder);
  const failed = outcome.checks.filter(({ ok }) => !ok).length;
  const finished: RunFinished = {
    type: 'run.finished',
    verdict: failed === 0 ? 'as-expected' : 'check-failed',
    passed: outcome.checks.length - failed,
    failed,
    virtualMs: outcome.virtualMs,
    records: recorder.count,
    hash: recorder.hash(),
    replay: options.replay,
    next: options.next,
  };
  sink(finished);
  return finished;
}
