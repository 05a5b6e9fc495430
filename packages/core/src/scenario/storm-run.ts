import { checkFaultTargets, identifyFaults, type IdentifiedFault } from '../services/index.ts';
import { arrivals, type LoadProfile, traceArrivals, traceProfile } from '../workload/index.ts';
import { type AnyExample, type AnyImplementation } from './example.ts';
import { createRandom } from '../simulation/index.ts';
import { faultTargets } from './fault-targets.ts';
import { loadOf } from './load-spec.ts';
import type { RunOptions } from './run.ts';
import { type FinishedPhase, type Reached, runPhase, type Traffic } from './run-phase.ts';
import type { Storm } from './scenario.ts';
import type { RunRecord } from './record.ts';
import type { ExampleTypes } from './types.ts';

/** One storm, ready to be let loose on implementations: the same for all of them. */
export interface ReadyStorm {
  /** Whether the scenario's own faults are left out, so that nobody knows what will happen. */
  readonly isCalm: boolean;
  readonly durationMs: number;
  readonly faults: readonly IdentifiedFault[];
  readonly load: LoadProfile;
  readonly run: (
    implementation: AnyImplementation,
    write: ((record: RunRecord) => void) | undefined,
    changes?: StormChanges,
  ) => Promise<FinishedPhase>;
}

/** What a trial of a cause changes. */
export interface StormChanges {
  /** Only these faults, by their ids. */
  readonly faults?: ReadonlySet<string>;
  /** Faults beside those of the storm. */
  readonly moreFaults?: readonly IdentifiedFault[];
  /** The load of an ordinary day. */
  readonly isOrdinaryLoad?: boolean;
  /** Nobody watches: no pace, no signals. */
  readonly isTrial?: boolean;
  /** Called when the world saw a rule broken for the first time. */
  readonly onViolation?: (rule: string) => void;
  /** Whether the calls of visitors and each measurement are kept. */
  readonly keepsHistory?: boolean;
  /** Told at the end what was reached, also of a run that was stopped early. */
  readonly onReached?: (reached: Reached) => void;
  /** Told once a virtual second what callers saw so far. Default: nobody counts. */
  readonly onSecond?: (traffic: Traffic) => void;
  /** Ends the run early. */
  readonly signal?: AbortSignal;
}

/**
 * Makes a storm ready: settings, seed, more faults and a trace in place of the load, all checked.
 *
 * @throws RangeError for a fault that nothing of the example can have.
 */
export async function readyStorm(
  example: AnyExample,
  storm: Storm<ExampleTypes>,
  options: RunOptions,
): Promise<ReadyStorm> {
  const { settings, seed, trace, load: spec, isCalm = false } = options;
  const faults = identifyFaults([
    ...(isCalm ? [] : storm.faults(settings, createRandom(seed, 'storm'))),
    ...(options.faults ?? []),
  ]);
  if (faults.length > 0) checkFaultTargets(faults, await faultTargets(example, settings));
  const load =
    trace !== undefined
      ? traceProfile(trace)
      : spec === undefined
        ? storm.load(settings)
        : loadOf(spec, storm, settings);
  const { durationMs } = load;
  // An ordinary day is as long as the storm.
  const ordinary =
    spec === undefined
      ? storm.ordinaryLoad(settings)
      : loadOf({ shape: 'constant', factor: 1, durationMs }, storm, settings);
  return {
    isCalm,
    durationMs,
    faults,
    load,
    run: (implementation, write, changes = {}) => {
      const profile = changes.isOrdinaryLoad === true ? ordinary : load;
      const isShown = changes.isTrial !== true;
      return runPhase({
        example,
        implementation,
        settings,
        seed,
        id: implementation.name,
        durationMs,
        epilogueMs: storm.epilogueMs?.(settings) ?? 0,
        arrivals: ({ random }) =>
          trace === undefined || changes.isOrdinaryLoad === true
            ? arrivals(profile, { process: 'poisson', random: random('arrivals') })
            : traceArrivals(trace),
        faults: [
          ...faults.filter(({ id }) => changes.faults === undefined || changes.faults.has(id)),
          ...(changes.moreFaults ?? []),
        ],
        story: isShown ? storm.story.filter(({ atMs }) => atMs <= durationMs) : [],
        isWatched: true,
        transport: options.transport ?? 'in-process',
        offsetMs: 0,
        write,
        pace: isShown ? options.pace : undefined,
        signal: changes.signal ?? options.signal,
        onViolation: changes.onViolation,
        keepsHistory: changes.keepsHistory ?? (isCalm && isShown),
        onReached: changes.onReached,
        onSecond: changes.onSecond,
        ignoredIo: options.ignoredIo,
        time: options.time,
      });
    },
  };
}
