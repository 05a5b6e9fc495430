import type { AnyImplementation, AnyTypes } from '../scenario/example.ts';
import { excusedWindows } from '../scenario/excuse.ts';
import { figuresOf } from '../scenario/figures-of.ts';
import { judgePhase } from '../scenario/judge.ts';
import type { Check, RunRecord, Sample } from '../scenario/record.ts';
import { createRecorder } from '../scenario/recorder.ts';
import { runStarted } from '../scenario/run-started.ts';
import type { Role } from '../scenario/scenario.ts';
import { readyStorm } from '../scenario/storm-run.ts';
import type { RunOptions } from '../scenario/run.ts';
import type { Thrown } from '../scenario/thrown.ts';
import { formatClock, formatValue } from '../scenario/format.ts';
import { exerciseOf, type Hint, type Incident, type OwnRun } from './exercise.ts';
import { plainHint } from './plain-hint.ts';

/** One rule, as it came out for the learner's system. */
export interface RuleVerdict {
  readonly name: string;
  /** In a few words: "no webhook lost". */
  readonly short: string;
  /** A sentence that is true when it holds. */
  readonly title: string;
  /** `step`: what the exercise is about; `before`: held already, and has to go on; `work`: no excuse. */
  readonly part: 'step' | 'before' | 'work';
  readonly holds: boolean;
  readonly expected: string;
  readonly observed: string;
  readonly value?: number;
  /** Present when it does not hold. */
  readonly hint?: Hint;
}

/** What one storm came to. */
export interface Verdict {
  readonly rules: readonly RuleVerdict[];
  readonly holds: boolean;
  /** What came out of the learner's code as errors. */
  readonly thrown: readonly Thrown[];
  /** Rules that belong to later steps, and how many of them hold already. */
  readonly later: { readonly count: number; readonly holding: number };
  /** SHA-256 of the record that was written. */
  readonly hash: string;
}

export interface RehearseOptions {
  readonly incident: Incident<AnyTypes>;
  /** Name of the exercise. */
  readonly exercise: string;
  readonly implementation: AnyImplementation;
  /** What its phase says of it in the record. */
  readonly role?: Role | undefined;
  readonly seed: number;
  /** Whether the storm is that of the incident in full, in place of what the exercises make of it. Default: false. */
  readonly isWhole?: boolean;
  /** The record of the run, of one phase that is named as the implementation. Default: nobody listens. */
  readonly write?: (record: RunRecord) => void;
}

/**
 * Names of the rules that decide a step: its own, and those of the steps before it.
 *
 * @throws RangeError for an exercise that the incident does not have
 */
export function judgedRules(incident: Incident<AnyTypes>, name: string): readonly string[] {
  const { exercise, before } = exerciseOf(incident, name);
  const names = [...before, exercise].flatMap(({ rules }) => Object.keys(rules));
  return [...new Set(names)];
}

/**
 * Lets the storm of an exercise loose on a system, and judges its step.
 *
 * @throws RangeError for an exercise that the incident does not have, and an example whose scenario
 *   `recovery` is no storm
 */
export async function rehearse(options: RehearseOptions): Promise<Verdict> {
  const { incident, exercise: name, implementation, role, seed, isWhole = false } = options;
  const { write = () => undefined } = options;
  const { exercise, before } = exerciseOf(incident, name);
  const { example } = incident;
  const { recovery } = example.scenarios;
  if (recovery.kind !== 'storm') throw new RangeError(`${example.name} has no storm.`);
  const run: RunOptions = {
    scenario: 'recovery',
    seed,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the settings of any example
    settings: example.settings.parse(isWhole ? {} : (incident.settings ?? {})) as object,
    faults: exercise.faults,
    replay: '',
    next: '',
  };
  const storm = await readyStorm(example, recovery.storm, run);
  const recorder = createRecorder(write);
  const { name: id, flaw } = implementation;
  const ship = { title: id, flaw };
  recorder.write({
    ...runStarted(example, exercise.title, run, [implementation], storm.durationMs),
    phases: [{ id, ...ship }],
  });
  recorder.write({
    type: 'phase.started',
    phase: id,
    ...ship,
    index: 0,
    of: 1,
    ...(role && { role }),
  });
  const samples = new Map<number, Sample['values']>();
  const phase = await storm.run(
    implementation,
    (record) => {
      if (record.type === 'sample') samples.set(secondOf(record.atMs), record.values);
      recorder.write(record);
    },
    { isTrial: true },
  );
  const judge = { ...example, rules: rulesOf(incident) };
  // A figure of a rule that nobody asks for takes as much time as the rule.
  const figures = Object.entries(example.figures).filter(
    ([, { rule }]) => rule === undefined || rule in judge.rules,
  );
  const summary = figuresOf({ ...example, figures: Object.fromEntries(figures) }, phase);
  recorder.write({ type: 'phase.finished', atMs: phase.virtualMs, phase: id, summary });
  const own: OwnRun<AnyTypes> = {
    ...phase.judged,
    figureAt: (series, atMs) => samples.get(secondOf(atMs))?.[series],
    clock: (atMs) => formatClock(example.startsAt, atMs),
  };
  const { faults = [] } = exercise;
  // What the faults of the exercise make unreachable is no fault of the learner's.
  const { settings } = phase.judged;
  const isExcused = (each: Check): boolean => {
    const rule = example.rules[each.name];
    return rule !== undefined && excusedWindows(rule, faults, settings).length > 0;
  };
  const checks = judgePhase(judge, implementation, 'repaired', {}, phase).checks.map((each) =>
    each.ok || each.name in exercise.rules || !isExcused(each) ? each : { ...each, ok: true },
  );
  const work = Object.entries(exercise.floor).flatMap(([rule, atLeast]) =>
    checks.filter((each) => each.name === rule).map((each) => workVerdict(each, atLeast)),
  );
  const asked = new Map<string, readonly ['step' | 'before', string]>();
  for (const { rules } of before)
    for (const [rule, short] of Object.entries(rules)) asked.set(rule, ['before', short]);
  for (const [rule, short] of Object.entries(exercise.rules)) asked.set(rule, ['step', short]);
  const rules = [...asked].flatMap(([rule, [part, short]]) =>
    checks
      .filter((each) => each.name === rule)
      .map((each): RuleVerdict => {
        const verdict = { ...verdictOf(each), short, part };
        if (each.ok) return verdict;
        const hintOf = exercise.hints[rule] ?? before.find(({ hints }) => hints[rule])?.hints[rule];
        const hint = typeof hintOf === 'function' ? hintOf(own) : plainHint(own, each, hintOf);
        return { ...verdict, hint };
      }),
  );
  const later = checks.filter(({ name: rule }) => !asked.has(rule) && !(rule in exercise.floor));
  const all = [...rules, ...work.filter(({ holds }) => !holds)];
  return {
    rules: all,
    holds: all.every(({ holds }) => holds),
    thrown: phase.judged.thrown,
    later: { count: later.length, holding: later.filter(({ ok }) => ok).length },
    hash: recorder.hash(),
  };
}

/** The rules that some step asks for. What none asks for need not be looked into: that takes time. */
function rulesOf({
  example,
  exercises,
}: Incident<AnyTypes>): Incident<AnyTypes>['example']['rules'] {
  const asked = new Set(
    exercises.flatMap(({ rules, floor }) => [...Object.keys(rules), ...Object.keys(floor)]),
  );
  return Object.fromEntries(Object.entries(example.rules).filter(([name]) => asked.has(name)));
}

const secondOf = (atMs: number): number => Math.ceil(atMs / 1_000);

function verdictOf(check: Check): Omit<RuleVerdict, 'short' | 'part'> {
  const { name, title, ok, expected, observed, value } = check;
  return { name, title, holds: ok, expected, observed, ...(value !== undefined && { value }) };
}

/** Whoever does too little of the work is not judged by what he spared others. */
function workVerdict(check: Check, atLeast: number): RuleVerdict {
  const holds = (check.value ?? 0) >= atLeast;
  return {
    ...verdictOf(check),
    short: 'the work is done',
    part: 'work',
    holds,
    expected: `at least ${formatValue(atLeast, 'ratio')} of what was due`,
    ...(!holds && {
      hint: {
        where: `Of what was due, this was done: ${check.observed}. Asked for is at least ${formatValue(atLeast, 'ratio')}.`,
        why: 'Whoever refuses, drops or is too late harms nobody, and is of no use. First the work has to be done.',
      },
    }),
  };
}
