import type { AnyExample } from '../scenario/example.ts';
import type { RunOptions } from '../scenario/run.ts';
import type { ScenarioName } from '../scenario/scenario.ts';
import { InputError } from './errors.ts';

interface FaultContext {
  /** What stood at each `--fault`. */
  readonly specs: readonly string[];
  readonly settings: object;
  /** Real traffic in place of the scenario's load: it lasts as long as that. */
  readonly trace: RunOptions['trace'];
  /** Another load in its place, likewise. */
  readonly load: RunOptions['load'];
  /** Whether the scenario's own faults are left out. */
  readonly isCalm: boolean;
  readonly seed: number;
}

/**
 * Reads the faults of the command line, checked against what the example has to be struck, and gives
 * each an id beside those of the scenario.
 *
 * @throws InputError naming the fault, the value and the remedy
 */
export async function readFaults(
  example: AnyExample,
  name: ScenarioName,
  { specs, settings, trace, load, isCalm, seed }: FaultContext,
): Promise<RunOptions['faults']> {
  if (specs.length === 0) return undefined;
  const [
    { FaultSyntaxError, identifyFaults, parseFault },
    { faultTargets },
    { quietTime },
    { traceProfile },
    { createRandom },
  ] = await Promise.all([
    import('../services/index.ts'),
    import('../scenario/fault-targets.ts'),
    import('../scenario/quiet-time.ts'),
    import('../workload/play-trace.ts'),
    import('../simulation/index.ts'),
  ]);
  const scenario = example.scenarios[name];
  const usualMs = scenario.kind === 'storm' ? scenario.storm.durationMs : scenario.stepMs;
  const durationMs =
    trace === undefined ? (load?.durationMs ?? usualMs) : traceProfile(trace).durationMs;
  const startsAtMs = Date.parse(example.startsAt);
  const targets = await faultTargets(example, settings);
  const own =
    scenario.kind === 'storm' && !isCalm
      ? scenario.storm.faults(settings, createRandom(seed, 'storm'))
      : [];
  try {
    const quietMs = name === 'recovery' ? quietTime(example, settings).lengthMs : 0;
    const times = { targets, startsAtMs, durationMs, quietMs };
    const given = specs.map((spec) => parseFault(spec, times));
    return identifyFaults([...own, ...given]).slice(own.length);
  } catch (error) {
    // An id that stands twice is a RangeError of the schedule.
    const isInput = error instanceof FaultSyntaxError || error instanceof RangeError;
    throw isInput ? new InputError(error) : error;
  }
}
