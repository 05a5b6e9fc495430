import type { Fault, FaultKind } from '../services/index.ts';
import type { AnyTypes } from '../scenario/example.ts';
import type { DefinedExample, ExampleTypes, Judged } from '../scenario/index.ts';

/** What a run says about a rule that does not hold, for whoever wants to mend it. */
export interface Hint {
  /** Where to look: the first harm, with its time and its reason. */
  readonly where: string;
  /** What is going on, with the figures of this run. */
  readonly why: string;
}

/** A learner's run, as hints read it. */
export interface OwnRun<E extends ExampleTypes> extends Judged<E> {
  /** The figure of a series of the charts in the second of that time; undefined where there is none. */
  readonly figureAt: (series: string, atMs: number) => number | undefined;
  /** A moment on the wall clock of the run: `14:18:07`. */
  readonly clock: (atMs: number) => string;
}

/** One step in which a team repairs its system: a file to change, a storm, and what is judged. */
export interface Exercise<E extends ExampleTypes = ExampleTypes> {
  /** Number and name, e.g. `2-freeze`: the name of the learner's file. */
  readonly name: string;
  readonly title: string;
  /** What to do, in one sentence. */
  readonly task: string;
  /** What is there already, and may be used. */
  readonly given: readonly string[];
  /** Names of the rules of this step, each in a few words: "no webhook lost". */
  readonly rules: Readonly<Record<string, string>>;
  /**
   * Shares of useful work below which nothing else counts: whoever refuses everybody harms nobody.
   * Names of rules of the kind `useful-work`, each with a share from 0 to 1.
   */
  readonly floor: Readonly<Record<string, number>>;
  /** Faults of its storm besides those of the incident. Default: none. */
  readonly faults?: readonly Fault[];
  /** What the storms that nobody has seen may strike. */
  readonly unseen: {
    /** Names of services, channels and processes. */
    readonly services: readonly string[];
    /** Kinds of fault. Default: all. */
    readonly kinds?: readonly FaultKind[];
  };
  /**
   * Hints by the rule that does not hold. A sentence says what is going on, where follows from the
   * run; a function says both. A rule without one is told by what was asked for.
   */
  readonly hints: Readonly<Record<string, string | ((run: OwnRun<E>) => Hint)>>;
}

/** The exercises of one incident, in the order in which a team lives through them. */
export interface Incident<E extends ExampleTypes = ExampleTypes> {
  readonly example: DefinedExample<E>;
  /**
   * Settings of the storm of each exercise, where that of the incident takes longer than somebody likes to wait.
   * Who holds meets the storm of the incident in full, after those that nobody has seen.
   * Default: none, the storm of an exercise is that of the incident.
   */
  readonly settings?: Readonly<Partial<E['settings']>>;
  readonly exercises: readonly Exercise<E>[];
  /** What to read when all of them are done. */
  readonly next: readonly string[];
}

/** An incident whose particular types are of no interest. */
export type AnyIncident = Incident<AnyTypes>;

/**
 * Checks the exercises of an incident for names that refer to nothing.
 *
 * @throws RangeError that names the exercise and the rule
 */
export function defineIncident<E extends ExampleTypes>(incident: Incident<E>): Incident<E> {
  const { example, exercises } = incident;
  for (const { name, rules, floor, hints } of exercises) {
    for (const rule of [...Object.keys(rules), ...Object.keys(floor), ...Object.keys(hints)]) {
      if (rule in example.rules) continue;
      const known = Object.keys(example.rules).join(', ');
      throw new RangeError(
        `Failed to define the exercise ${name}: there is no rule "${rule}". Use one of ${known}.`,
      );
    }
  }
  return incident;
}

/**
 * The exercise of that name.
 *
 * @throws RangeError when the incident has none
 */
export function exerciseOf<E extends ExampleTypes>(
  { exercises }: Incident<E>,
  name: string,
): { readonly exercise: Exercise<E>; readonly before: readonly Exercise<E>[] } {
  const index = exercises.findIndex((each) => each.name === name);
  const exercise = exercises[index];
  if (exercise === undefined) {
    const names = exercises.map((each) => each.name).join(', ');
    throw new RangeError(`Failed to find the exercise "${name}". Use one of ${names}.`);
  }
  return { exercise, before: exercises.slice(0, index) };
}
