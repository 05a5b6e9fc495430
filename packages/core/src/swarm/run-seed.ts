import { type AnyExample, type AnyImplementation, repairedOf } from '../scenario/example.ts';
import { findImplementation } from '../scenario/example.ts';
import { judgeStorm } from '../scenario/judge-storm.ts';
import type { LimitedSample } from '../scenario/rules/index.ts';
import type { FinishedPhase, Reached, Traffic } from '../scenario/run-phase.ts';
import { readyStorm } from '../scenario/storm-run.ts';
import { SimulationCancelledError } from '../simulation/index.ts';
import type { SwarmStorm } from './swarm-storm.ts';

/** What broke in a storm. */
export interface Breakage {
  /** Name of the rule; `recovered` when the system did not become healthy again. */
  readonly rule: string;
  /** What was found, for people. */
  readonly text: string;
}

/** What one storm came to. */
export interface StormResult {
  readonly storm: SwarmStorm;
  readonly breakage: Breakage | undefined;
  /** Kinds of fault that changed something, operations that were performed, signals that were seen. */
  readonly reached: {
    readonly kinds: readonly string[];
    readonly operations: readonly string[];
    readonly signals: readonly string[];
  };
  /** Time over which objectives were judged, each for the length of the load, in ms. */
  readonly judgedMs: number;
  /** Of it, what a fault excused. */
  readonly excusedMs: number;
  /** Objectives that broke, and only while they were excused. */
  readonly forgiven: readonly string[];
  /** What the rules rest on that judge a share by chance, by name, but for what a fault excused. */
  readonly samples: Readonly<Record<string, LimitedSample>>;
  readonly virtualMs: number;
}

/**
 * Lets one storm loose on an implementation, and judges it.
 *
 * @param which by name, or one that the example does not know; default: the repaired one
 * @param only names of the rules that are judged, for a system that is not to hold everything yet; nothing
 *   is then asked about its recovery, unless it names `recovered`. Default: all of them.
 * @param onSecond told once a virtual second what callers saw so far. Default: nobody is.
 * @throws RangeError for a name that the example does not know, and an example whose scenario `recovery`
 *   is no storm
 */
export async function runSeed(
  example: AnyExample,
  storm: SwarmStorm,
  which: string | AnyImplementation = repairedOf(example),
  only?: readonly string[],
  onSecond?: (traffic: Traffic) => void,
): Promise<StormResult> {
  const implementation: AnyImplementation =
    typeof which === 'string' ? findImplementation(example, which) : which;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the settings of any example
  const settings = example.settings.parse(storm.settings) as object;
  const { recovery } = example.scenarios;
  if (recovery.kind !== 'storm')
    throw new RangeError(`${example.name} has no storm to recover from.`);
  const ready = await readyStorm(example, recovery.storm, {
    scenario: 'recovery',
    seed: storm.seed,
    settings,
    faults: storm.faults,
    isCalm: true,
    load: storm.load,
    replay: '',
    next: '',
  });
  // What broke once is broken: nobody has to see the rest.
  const stop = new AbortController();
  let broken: string | undefined;
  let reached = nothingReached;
  let phase: FinishedPhase;
  try {
    phase = await ready.run(implementation, undefined, {
      isTrial: true,
      keepsHistory: true,
      signal: stop.signal,
      ...(onSecond && { onSecond }),
      onReached(what) {
        reached = {
          kinds: kindsOf(storm, what),
          operations: [...what.performed].flatMap(([name, count]) => (count > 0 ? [name] : [])),
          signals: [...what.firstSignals.keys()],
        };
      },
      onViolation(rule) {
        if (only?.includes(rule) === false) return;
        if (example.rules[rule]?.kind !== 'invariant') return;
        broken ??= rule;
        stop.abort();
      },
    });
  } catch (error) {
    if (!(error instanceof SimulationCancelledError) || broken === undefined) throw error;
    return {
      storm,
      breakage: { rule: broken, text: `${broken} does not hold` },
      reached,
      judgedMs: 0,
      excusedMs: 0,
      forgiven: [],
      samples: {},
      virtualMs: error.elapsedMs,
    };
  }
  const { checks, ...judgement } = judgeStorm(example, implementation, phase, only);
  const failing = checks.filter(({ ok, name }) => !ok && only?.includes(name) !== false);
  const first = failing.find(({ kind }) => kind === 'invariant') ?? failing[0];
  return {
    storm,
    breakage: first && { rule: first.name, text: `${first.title}: ${first.observed}` },
    reached,
    ...judgement,
    virtualMs: phase.virtualMs,
  };
}

const nothingReached: StormResult['reached'] = { kinds: [], operations: [], signals: [] };

/** Kinds of the faults that changed something, each once. */
const kindsOf = ({ faults }: SwarmStorm, { fired }: Reached): readonly string[] => [
  ...new Set(faults.flatMap(({ id, kind }) => ((fired.get(id) ?? 0) > 0 ? [kind] : []))),
];
