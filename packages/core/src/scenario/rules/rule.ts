import type { Fault } from '../../services/index.ts';
import type { Unit } from '../record.ts';
import type { Judged } from '../judged.ts';
import type { ExampleTypes } from '../types.ts';
import type { Sample, ShareLimit } from '../wilson.ts';

/** What a rule found. */
export interface Finding {
  readonly holds: boolean;
  /** What was found, for people, with its figure: "3 double charges, $412". */
  readonly observed: string;
  /** The figure that decides, for comparisons; left out when it is no single figure. */
  readonly value?: number | undefined;
  readonly unit?: Unit;
  /** What it rests on, where it is a share that rests on chance: several phases can be added up. */
  readonly sample?: LimitedSample;
}

/** So many of so many, and what is asked of their share. */
export interface LimitedSample extends Sample {
  readonly limit: ShareLimit;
}

/**
 * What sort of statement a rule makes: `invariant`, never broken; `objective`, within a limit;
 * `useful-work`, a share of what an ideal system would have done; `sign`, what an incident looks like.
 */
export type RuleKind = 'invariant' | 'objective' | 'useful-work' | 'sign';

/** Something that is true of a phase, or not. */
export interface RuleSpec<E extends ExampleTypes, Kind extends RuleKind = RuleKind> {
  readonly kind: Kind;
  /** A sentence that is true when the rule holds. */
  readonly title: string;
  /** What is asked for, for people: "0 double charges". */
  readonly expected: string;
  /** Names of services without which it cannot hold: a fault of one of them excuses it, for a time. */
  readonly needs?: readonly string[];
  /**
   * How long after the end of such a fault it cannot be met by anybody, in ms, by declared arithmetic: what
   * a crash has forgotten is held for its time. Every rule is
   * excused for some seconds, and for the length of the fault; this is for what takes longer. Default: 0.
   */
  readonly feltForMs?: (fault: Fault, settings: E['settings']) => number;
  /** Whether it is judged with these settings: what is off has no rules. Default: always. */
  readonly appliesTo?: (settings: E['settings']) => boolean;
  /** Judges by the truth of the world outside and by what was measured there. */
  readonly judge: (phase: Judged<E>) => Finding;
}

/** A rule with its name, which is its key. */
export type Rule<E extends ExampleTypes, Kind extends RuleKind = RuleKind> = RuleSpec<E, Kind> & {
  /** Kebab-case: the name of the check in the record. */
  readonly name: string;
};

/** Rules by name. */
export type Rules<E extends ExampleTypes, Kind extends RuleKind = RuleKind> = Readonly<
  Record<string, Rule<E, Kind>>
>;

/** The rules that are judged with these settings, in their order. */
export const rulesFor = <E extends ExampleTypes, Kind extends RuleKind>(
  rules: Rules<E, Kind>,
  settings: E['settings'],
): readonly Rule<E, Kind>[] =>
  Object.values(rules).filter(({ appliesTo }) => appliesTo?.(settings) !== false);

/** These rules, judged only with settings of which this is true. */
export function only<E extends ExampleTypes, Kind extends RuleKind, Name extends string>(
  appliesTo: (settings: E['settings']) => boolean,
  specs: Readonly<Record<Name, RuleSpec<E, Kind>>>,
): Readonly<Record<Name, RuleSpec<E, Kind>>> {
  const limited: Partial<Record<Name, RuleSpec<E, Kind>>> = {};
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys are the names
  for (const name of Object.keys(specs) as Name[]) limited[name] = { ...specs[name], appliesTo };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one for each
  return limited as Readonly<Record<Name, RuleSpec<E, Kind>>>;
}

/** Gives each rule its key as its name. @throws RangeError for a name that is not kebab-case. */
export function nameRules<E extends ExampleTypes, Kind extends RuleKind, Name extends string>(
  specs: Readonly<Record<Name, RuleSpec<E, Kind>>>,
): Readonly<Record<Name, Rule<E, Kind>>> {
  const rules: Partial<Record<Name, Rule<E, Kind>>> = {};
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys are the names
  for (const name of Object.keys(specs) as Name[]) {
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
      throw new RangeError(`Failed to define the rule "${name}": use a kebab-case name.`);
    }
    rules[name] = { ...specs[name], name };
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one rule for each spec
  return rules as Readonly<Record<Name, Rule<E, Kind>>>;
}
