import type { ExampleTypes } from '../types.ts';
import { noDefect, noUnhandledRejection, nothingLeftBehind } from './common.ts';
import { detected } from './detected.ts';
import { nameRules, only, type Rule, type RuleSpec } from './rule.ts';
import { sampled } from './sampled.ts';
import { invariant, objective, sign, usefulWork } from './statements.ts';

type Judging = 'invariant' | 'objective' | 'useful-work';

/** The words in which the rules of one example are written, with its types. */
export interface RuleWords<E extends ExampleTypes> {
  readonly invariant: typeof invariant<E>;
  readonly objective: typeof objective<E>;
  readonly sampled: typeof sampled<E>;
  readonly detected: typeof detected<E>;
  readonly usefulWork: typeof usefulWork<E>;
  readonly sign: typeof sign<E>;
  readonly noDefect: typeof noDefect<E>;
  readonly noUnhandledRejection: typeof noUnhandledRejection<E>;
  readonly nothingLeftBehind: typeof nothingLeftBehind<E>;
  /** Rules of something that a setting turns on: `...only(({ ledger }) => ledger, { … })`. */
  readonly only: <Name extends string>(
    appliesTo: (settings: E['settings']) => boolean,
    specs: Readonly<Record<Name, RuleSpec<E, Judging>>>,
  ) => Readonly<Record<Name, RuleSpec<E, Judging>>>;
  /**
   * Defines the rules: what must be true of a system, whoever builds it.
   *
   * @throws RangeError for a name that is not kebab-case.
   */
  readonly defineRules: <Name extends string>(
    specs: Readonly<Record<Name, RuleSpec<E, Judging>>>,
  ) => Readonly<Record<Name, Rule<E, Judging>>>;
  /** Defines the signs of an incident. @throws RangeError for a name that is not kebab-case. */
  readonly defineSigns: <Name extends string>(
    specs: Readonly<Record<Name, RuleSpec<E, 'sign'>>>,
  ) => Readonly<Record<Name, Rule<E, 'sign'>>>;
}

/** `const { defineRules, invariant, usefulWork } = ruleWords<Payments>();` */
export function ruleWords<E extends ExampleTypes>(): RuleWords<E> {
  return {
    invariant,
    objective,
    sampled,
    detected,
    usefulWork,
    sign,
    noDefect,
    noUnhandledRejection,
    nothingLeftBehind,
    only,
    defineRules: nameRules,
    defineSigns: nameRules,
  };
}
