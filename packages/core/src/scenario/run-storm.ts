import { compareRuns } from './compare-runs.ts';
import {
  type AnyExample,
  type AnyImplementation,
  type AnyTypes,
  findImplementation,
  titleOf,
} from './example.ts';
import { figuresOf } from './figures-of.ts';
import { plural } from './format.ts';
import { judgementOf, judgePhase, type Judgement } from './judge.ts';
import { judgeStorm } from './judge-storm.ts';
import { findPointOfNoReturn } from './point-of-no-return.ts';
import { proveCause } from './prove-cause.ts';
import type { RunRecord } from './record.ts';
import type { Recorder } from './recorder.ts';
import type { RunOptions, RunOutcome } from './run.ts';
import type { FinishedPhase } from './run-phase.ts';
import { runStarted } from './run-started.ts';
import type { Role, StormScenario } from './scenario.ts';
import { type ReadyStorm, readyStorm } from './storm-run.ts';

/** One phase of a storm, run and judged. */
export interface StormPhase {
  readonly implementation: AnyImplementation;
  readonly role: Role;
  readonly phase: FinishedPhase;
  readonly judgement: Judgement;
  readonly figures: Readonly<Record<string, number>>;
}

/** The same load and the same faults on each implementation of the cast, one phase after the other. */
export async function runStorm(
  example: AnyExample,
  scenario: StormScenario<AnyTypes>,
  options: RunOptions,
  recorder: Recorder,
): Promise<RunOutcome> {
  const storm = await readyStorm(example, scenario.storm, options);
  const cast = recast(scenario, options.implementations).map(({ implementation, role }) => ({
    implementation: findImplementation(example, implementation),
    role,
  }));
  recorder.write(
    runStarted(
      example,
      scenario.title,
      options,
      cast.map(({ implementation }) => implementation),
      storm.durationMs,
    ),
  );
  for (const text of scenario.intro) recorder.write({ type: 'story', text });

  const phases: StormPhase[] = [];
  for (const [index, { implementation, role }] of cast.entries()) {
    const { name: phase, flaw } = implementation;
    const title = titleOf(implementation);
    recorder.write({ type: 'phase.started', phase, title, flaw, index, of: cast.length, role });
    phases.push(await playPhase(example, scenario, storm, implementation, role, recorder.write));
  }
  const { proof = 'named' } = options;
  if (proof !== 'none') {
    await proveCause(scenario, storm, phases, proof, recorder.write);
    if (proof === 'every') {
      const { settings } = options;
      await findPointOfNoReturn(example, scenario, storm, phases, settings, recorder.write);
    }
    await compareRuns(example, scenario, phases, options, recorder.write);
  }
  return {
    ...outcomeOf(scenario, phases),
    virtualMs: phases.reduce((sum, { phase }) => sum + phase.virtualMs, 0),
  };
}

/** Runs and judges one implementation, and writes everything up to its verdict. */
export async function playPhase(
  example: AnyExample,
  scenario: StormScenario<AnyTypes>,
  storm: ReadyStorm,
  implementation: AnyImplementation,
  role: Role,
  write: (record: RunRecord) => void,
): Promise<StormPhase> {
  const phase = await storm.run(implementation, write);
  const { name: id } = implementation;
  // Faults that nobody chose may make an objective unreachable; those of a scenario may not.
  const judgement =
    storm.isCalm && role === 'repaired'
      ? judgementOf(id, role, judgeStorm(example, implementation, phase).checks)
      : judgePhase(example, implementation, role, scenario.signs ?? {}, phase);
  const figures = figuresOf(example, phase);
  for (const each of judgement.checks) write(each);
  const { thrown } = phase.judged;
  if (thrown.length > 0) {
    const errors = thrown.map(({ place, ...error }) => ({
      ...error,
      ...(place !== undefined && { place }),
    }));
    write({ type: 'thrown', phase: id, errors });
  }
  write({ type: 'phase.finished', atMs: phase.virtualMs, phase: id, summary: figures });
  if (scenario.explain !== undefined) {
    const { chain, lessons } = scenario.explain(phase.judged);
    if (chain.length > 0 || lessons.length > 0) {
      write({
        type: 'explanation',
        phase: id,
        chain: [...chain],
        lessons: lessons.map(({ text }) => text),
      });
    }
  }
  write(judgement.verdict);
  return { implementation, role, phase, judgement, figures };
}

/** `--implementation` takes the place of the repaired system, or of the broken one if it is alone. */
function recast(
  { cast }: StormScenario<AnyTypes>,
  implementations: readonly string[] | undefined,
): StormScenario<AnyTypes>['cast'] {
  if (implementations === undefined) return cast;
  const role: Role = cast.some((part) => part.role === 'repaired') ? 'repaired' : 'broken';
  const others = cast.filter(
    (part) => part.role !== role && !implementations.includes(part.implementation),
  );
  return [...others, ...implementations.map((implementation) => ({ implementation, role }))];
}

function outcomeOf(
  { about }: StormScenario<AnyTypes>,
  phases: readonly StormPhase[],
): Pick<RunOutcome, 'isAsDeclared' | 'reason'> {
  const decisive = phases.filter(({ role }) => about === undefined || role === about);
  const others = decisive.filter(({ judgement }) => !judgement.verdict.isAsDeclared);
  if (others.length === 0) {
    const names = decisive.map(
      ({ implementation, role }) =>
        `${implementation.name} ${role === 'broken' ? 'breaks' : 'survives'}`,
    );
    return { isAsDeclared: true, reason: `${names.join(', ')}, as declared.` };
  }
  const reasons = others.map(({ implementation, judgement: { verdict } }) => {
    const { outcome, declared, missingSigns, broken } = verdict;
    if (outcome !== declared) {
      return declared === 'broken'
        ? `${implementation.name} survives: the incident did not happen`
        : `${implementation.name} breaks ${plural(broken.length, 'rule')}: ${broken.join(', ')}`;
    }
    return `${implementation.name} breaks, but not as the incident does: no ${missingSigns.join(', ')}`;
  });
  return { isAsDeclared: false, reason: `${reasons.join('; ')}.` };
}
