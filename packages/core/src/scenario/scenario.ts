import type { Fault } from '../services/index.ts';
import type { Random } from '../simulation/index.ts';
import type { LoadProfile } from '../workload/index.ts';
import type { Explanation } from './explanation.ts';
import type { Judged } from './judged.ts';
import type { LoadSpec } from './load-spec.ts';
import type { Table } from './record.ts';
import type { Rules, RuleKind } from './rules/index.ts';
import type { ExampleTypes } from './types.ts';

/** Something that is due when the load of a storm has ended. */
export interface Due {
  /** When it is due, in ms since the start. */
  readonly atMs: readonly number[];
  /** How much later it may come, in ms. */
  readonly withinMs: number;
  /** The calls that it takes (`service.operation`). */
  readonly operations: readonly string[];
}

/** Load and faults: the same for every implementation that meets it. */
export interface Storm<E extends ExampleTypes> {
  readonly durationMs: number;
  /** The load of the storm. */
  readonly load: (settings: E['settings']) => LoadProfile;
  /** The load of an ordinary day, as long as the storm. */
  readonly ordinaryLoad: (settings: E['settings']) => LoadProfile;
  /**
   * The load that `--load` and the swarm ask for. Default: rates, as {@link LoadSpec} says; where
   * visitors stay for longer than a run, what a shape says of rates is said here of how many are there.
   */
  readonly shapedLoad?: (spec: LoadSpec, settings: E['settings']) => LoadProfile;
  /** The faults; moments that are a matter of chance are drawn from `random`, a stream of the seed. */
  readonly faults: (settings: E['settings'], random: Random) => readonly Fault[];
  /**
   * Quiet time in virtual ms between the last visitor and the closing of the system, for what takes days:
   * it is not sampled, and the visitors' load is over; a fault may strike what is due. Default: none.
   */
  readonly epilogueMs?: (settings: E['settings']) => number;
  /** What is due in the quiet time: there the swarm strikes. Default: nothing that can be named. */
  readonly due?: (settings: E['settings']) => readonly Due[];
  /** Neutral remarks on the timeline: what happens outside the system, never an effect. */
  readonly story: readonly { readonly atMs: number; readonly text: string }[];
}

/** One condition of a cause: faults by their ids, or the load above its base. */
export type Condition =
  | { readonly label: string; readonly faults: readonly string[] }
  | { readonly label: string; readonly load: 'above-base' };

/**
 * Why an incident happens: the set of conditions that it takes. Without them the signs are gone; with
 * them alone, on an ordinary day, they are there.
 */
export interface Cause {
  /** In words, for the line that shows the proof: "merchants hang while the sale is on". */
  readonly label: string;
  readonly conditions: Readonly<Record<string, Condition>>;
}

/** Broken: the incident must happen. Repaired: every rule must hold. */
export type Role = 'broken' | 'repaired';

export interface Cast {
  readonly implementation: string;
  readonly role: Role;
}

interface ScenarioText {
  readonly title: string;
  /** Shown before the run. */
  readonly intro: readonly string[];
  /** What to try after it: arguments of the command, e.g. `--scenario=recovery`. */
  readonly next: string;
}

/** The same storm on one or more implementations. */
export interface StormScenario<E extends ExampleTypes> extends ScenarioText {
  readonly kind: 'storm';
  readonly storm: Storm<E>;
  readonly cast: readonly Cast[];
  /** Whose verdict decides how the run came out. Default: everybody's. */
  readonly about?: Role;
  /** Signs of the incident: with the role `broken`, all of them have to be there. */
  readonly signs?: Rules<E, 'sign'>;
  /** Why the incident happens; proven after the verdict. */
  readonly cause?: Cause;
  /** The chain from cause to victim and what it teaches, computed from the run. */
  readonly explain?: (phase: Judged<E>) => Explanation;
}

/** One load step of a scale run. */
export interface ScaleStep<E extends ExampleTypes> {
  readonly multiplier: number;
  readonly ratePerSecond: number;
  readonly phase: Judged<E>;
  /** The first step, with the least load: its service times hold no waiting, so predict from them. */
  readonly lightest: Judged<E>;
}

/** A cell of a table: a figure, or `undefined` where nothing was measured. */
export type Row = Readonly<Record<string, number | undefined>>;

/** Load multiplied step by step, each step a run of its own. */
export interface ScaleScenario<E extends ExampleTypes> extends ScenarioText {
  readonly kind: 'scale';
  readonly implementations: readonly string[];
  readonly baseRatePerSecond: (settings: E['settings']) => number;
  readonly multipliers: readonly number[];
  readonly stepMs: number;
  readonly columns: Table['columns'];
  /** One row of the table: what was measured, and what was predicted where there is a prediction. */
  readonly row: (step: ScaleStep<E>, settings: E['settings'], implementation: string) => Row;
  /** What the table shows, in sentences that are computed from it. */
  readonly conclude: (
    rows: readonly Row[],
    settings: E['settings'],
    implementation: string,
  ) => {
    readonly note: string;
    readonly checks: readonly ScaleCheck[];
    /** What to try next, when the table suggests something; else the scenario's. */
    readonly next?: string;
  };
}

/** A rule of a step-wise scenario and what was observed of it. */
export interface ScaleCheck {
  readonly name: string;
  readonly title: string;
  readonly kind: RuleKind;
  readonly expected: string;
  readonly observed: string;
  readonly ok: boolean;
}

/** A storm that implementations go through, or a load that grows step by step. */
export type Scenario<E extends ExampleTypes> = StormScenario<E> | ScaleScenario<E>;

/** Names of the scenarios that every example has; `story` is the one without a flag. */
export const scenarioNames = ['failure', 'recovery', 'scale', 'story'] as const;
/** The name of a scenario that every example has. */
export type ScenarioName = (typeof scenarioNames)[number];
