import type { z } from 'zod';
import type { Fault, IdentifiedFault, Network } from '../services/index.ts';
import type { Random, Simulation } from '../simulation/index.ts';
import type { Arrival, LoadProfile } from '../workload/index.ts';
import type { Meter } from './meter.ts';
import type { Chart, Metric, Series, Table } from './record.ts';
import type { Announcement, SampleValues, Watcher } from './watcher.ts';

/** What an implementation, a mock world and a client see of the run that they are in. */
export interface PhaseContext<Settings> {
  readonly settings: Settings;
  readonly network: Network;
  readonly faults: readonly IdentifiedFault[];
  readonly meter: Meter;
  readonly simulation: Simulation;
  /** Virtual milliseconds since the start of the phase. */
  readonly elapsedMs: () => number;
  /** A named random stream of the seed: a new draw in one stream moves nothing in another. */
  readonly random: (name: string) => Random;
  /** Writes a signal: something that the caller has just detected. */
  readonly announce: (announcement: Announcement) => void;
  /** Notes the event that broke a rule; only the first of each rule is kept. */
  readonly violate: (rule: string, text: string) => void;
}

/** A system under test: whatever its own interface, it can be closed. */
export interface ClosableSystem {
  /** Takes nothing new, and resolves when everything that was taken is done or given up. */
  close(): Promise<void>;
}

/** One way to build the system. All implementations of an example share one interface. */
export interface Implementation<Settings, World, System extends ClosableSystem> {
  /** Kebab-case; the value of `--implementation`, and the id of its phase. */
  readonly name: string;
  readonly title: string;
  /** The flaw in one sentence, or what makes it hold. */
  readonly flaw: string;
  /** Names of the rules that it breaks in the storm: the story checks that it breaks just these. */
  readonly breaks: readonly string[];
  readonly create: (context: PhaseContext<Settings>, world: World) => System;
}

/** One finished phase, as rules and summaries see it. */
export interface Phase<Settings, World, System> {
  readonly context: PhaseContext<Settings>;
  readonly world: World;
  readonly system: System;
  readonly meter: Meter;
  /** Virtual length of the load. */
  readonly durationMs: number;
  /** Virtual time at which everything was settled; `Infinity` when it was not in time. */
  readonly settledAtMs: number;
  /** Clients that never got an answer, however long the run waited. */
  readonly unanswered: number;
  /** What was measured in each second. */
  readonly samples: readonly PhaseSample[];
  /** When each signal was announced for the first time (ms), by name. */
  readonly firstSignals: ReadonlyMap<string, number>;
}

export interface PhaseSample {
  /** End of the second. */
  readonly atMs: number;
  readonly values: SampleValues;
}

/** Something that must be true of a phase; how it is judged depends on the role of the phase. */
export interface Rule<Settings, World, System> {
  readonly name: string;
  /** A sentence that is true when the rule holds. */
  readonly title: string;
  readonly kind: 'invariant' | 'objective' | 'incident';
  readonly expected: string;
  readonly evaluate: (phase: Phase<Settings, World, System>) => {
    readonly holds: boolean;
    readonly observed: string;
  };
}

/** Load and faults: the same for every implementation that meets it. */
export interface Storm<Settings> {
  readonly durationMs: number;
  readonly load: (settings: Settings) => LoadProfile;
  readonly faults: (settings: Settings) => readonly Fault[];
  /** Neutral remarks on the timeline: what happens outside the system, never an effect. */
  readonly story: readonly { readonly atMs: number; readonly text: string }[];
}

/** Broken: the incident must happen. Repaired: every rule must hold. */
export type Role = 'broken' | 'repaired';

interface ScenarioText {
  readonly title: string;
  /** Shown before the run. */
  readonly intro: readonly string[];
  /** What to try after it: arguments of the command, e.g. `--scenario=recovery`. */
  readonly next: string;
}

/** The same storm on one or more implementations. */
export interface StormScenario<Settings, World, System> extends ScenarioText {
  readonly kind: 'storm';
  readonly storm: Storm<Settings>;
  readonly cast: readonly { readonly implementation: string; readonly role: Role }[];
  /** Signs of the incident, checked on phases with the role `broken`. */
  readonly incident: readonly Rule<Settings, World, System>[];
}

/** One load step of a scale run. */
export interface ScaleStep<Settings, World, System> {
  readonly multiplier: number;
  readonly ratePerSecond: number;
  readonly phase: Phase<Settings, World, System>;
}

/** Load multiplied step by step, each step a run of its own. */
export interface ScaleScenario<Settings, World, System> extends ScenarioText {
  readonly kind: 'scale';
  readonly implementations: readonly string[];
  readonly baseRatePerSecond: (settings: Settings) => number;
  readonly multipliers: readonly number[];
  readonly stepMs: number;
  readonly columns: Table['columns'];
  /** One row of the table: what was measured, beside what was predicted from the settings alone. */
  readonly row: (
    step: ScaleStep<Settings, World, System>,
    settings: Settings,
    implementation: string,
  ) => Record<string, number>;
  /** Where measurement and prediction part, and the configuration that is recommended. */
  readonly conclude: (
    rows: readonly Record<string, number>[],
    settings: Settings,
    implementation: string,
  ) => {
    readonly note: string;
    readonly checks: readonly ScaleCheck[];
  };
}

export interface ScaleCheck {
  readonly name: string;
  readonly title: string;
  readonly kind: 'invariant' | 'objective' | 'incident';
  readonly expected: string;
  readonly observed: string;
  readonly ok: boolean;
}

export type Scenario<Settings, World, System> =
  | StormScenario<Settings, World, System>
  | ScaleScenario<Settings, World, System>;

/** Names of the scenarios that every example has; `story` is the one without a flag. */
export const scenarioNames = ['failure', 'recovery', 'scale', 'story'] as const;
export type ScenarioName = (typeof scenarioNames)[number];

/** One client that arrives: what the load generator hands to the example. */
export interface Visit<Settings, World, System> {
  readonly context: PhaseContext<Settings>;
  readonly world: World;
  readonly system: System;
  readonly arrival: Arrival;
}

/** An incident that can be run: everything that is particular to one example. */
export interface Example<
  Settings extends object = object,
  World = unknown,
  System extends ClosableSystem = ClosableSystem,
> {
  /** Name of the workspace package. */
  readonly name: string;
  readonly title: string;
  /** Virtual wall-clock time at which a run starts (ISO, UTC). */
  readonly startsAt: string;
  /** What `--set` may change: an object of numbers, each with a default and a description. */
  readonly settings: z.ZodType<Settings> & { readonly shape: Readonly<Record<string, z.ZodType>> };
  /** Services that `--fault` may name. */
  readonly services: readonly string[];
  /** Fields that a trace may carry, with their meaning. */
  readonly traceFields: Readonly<Record<string, string>>;
  /** What a value of such a field should be, when it is wrong. Default: anything is right. */
  readonly traceFieldRemedy?: (
    field: string,
    text: string,
    settings: Settings,
  ) => string | undefined;
  readonly charts: readonly Chart[];
  readonly series: readonly Series[];
  readonly metrics: readonly Metric[];
  readonly createWorld: (context: PhaseContext<Settings>) => World;
  readonly implementations: readonly Implementation<Settings, World, System>[];
  /** Plays one client from its arrival to its end. Must not reject: what goes wrong is measured. */
  readonly visit: (visit: Visit<Settings, World, System>) => Promise<void>;
  readonly watchers: readonly Watcher[];
  readonly rules: readonly Rule<Settings, World, System>[];
  /** The figures of a phase, by the names in `metrics`. */
  readonly summarize: (phase: Phase<Settings, World, System>) => Record<string, number>;
  readonly scenarios: Readonly<Record<ScenarioName, Scenario<Settings, World, System>>>;
}

/** An example whose particular types are of no interest: what the runner and the commands handle. */
// oxlint-disable-next-line typescript/no-explicit-any -- existential: each example fixes its own types
export type AnyExample = Example<any, any, any>;

// oxlint-disable-next-line typescript/no-explicit-any -- existential: each example fixes its own types
export type AnyImplementation = Implementation<any, any, any>;

/**
 * Checks an example for mistakes that types cannot see, and hands it back.
 *
 * @throws RangeError for a name that is used twice, or that refers to nothing.
 */
export function defineExample<Settings extends object, World, System extends ClosableSystem>(
  example: Example<Settings, World, System>,
): Example<Settings, World, System> {
  const implementations = unique('implementations', example.implementations);
  const rules = unique('rules', example.rules);
  unique('watchers', example.watchers);
  const charts = unique(
    'charts',
    example.charts.map(({ id }) => ({ name: id })),
  );
  unique('series', example.series);
  unique('metrics', example.metrics);
  for (const { name, chart } of example.series) mustExist(`series.${name}.chart`, chart, charts);
  for (const { name, breaks } of example.implementations) {
    for (const rule of breaks) mustExist(`implementations.${name}.breaks`, rule, rules);
  }
  for (const [name, scenario] of Object.entries(example.scenarios)) {
    const used =
      scenario.kind === 'storm'
        ? scenario.cast.map(({ implementation }) => implementation)
        : scenario.implementations;
    for (const implementation of used) {
      mustExist(`scenarios.${name}`, implementation, implementations);
    }
  }
  return example;
}

function unique(list: string, entries: readonly { readonly name: string }[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { name } of entries) {
    if (names.has(name)) {
      throw new RangeError(`Failed to define the example: "${name}" stands twice in ${list}.`);
    }
    names.add(name);
  }
  return names;
}

function mustExist(where: string, name: string, known: ReadonlySet<string>): void {
  if (known.has(name)) return;
  throw new RangeError(
    `Failed to define the example: ${where} names "${name}". Use one of ${[...known].join(', ')}.`,
  );
}
