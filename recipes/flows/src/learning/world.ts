import { settle, sleep } from '@firedrill/core/resilience';
import type { Random } from '@firedrill/core/simulation';
import type { Submission } from './flow.ts';
import { type LearningTruth, questions, scoreOf } from './services.ts';

/** What the judge holds for the course: each lesson with those before it. */
const before: Readonly<Record<string, readonly string[]>> = {
  basics: [],
  events: ['basics'],
  queues: ['basics'],
  sagas: ['basics', 'events', 'queues'],
};
export const lessons = Object.keys(before);
/** Points of a hundred that pass. */
const enough = 70;
/** Nobody looks at the page for longer than this after handing in. */
const patienceMs = 25 * 60_000;

/**
 * Hands in; who gets an error presses the button again, and one in seven twice anyway.
 *
 * @returns whether it was accepted
 */
async function handIn(
  truth: LearningTruth,
  submission: Submission,
  draw: Random,
  submit: (submission: Submission) => Promise<void>,
): Promise<boolean> {
  for (let press = 0; press < 12; press += 1) {
    const { kind } = await settle(submit(submission));
    if (kind === 'success') {
      const known = truth.submissions.get(submission.id);
      if (known !== undefined) known.isAccepted = true;
      if (draw.chance(0.15)) await settle(submit(submission));
      return true;
    }
    await sleep(2_000);
  }
  return false;
}

/** One learner, from the first lesson to the last, or until nothing is taken any more. */
export async function study(
  truth: LearningTruth,
  learner: string,
  draw: Random,
  submit: (submission: Submission) => Promise<void>,
): Promise<void> {
  const ability = 0.6 + 0.38 * draw.next();
  const isHasty = draw.chance(0.1);
  const passed = new Set<string>();
  const sent: Submission[] = [];
  let day = 0;

  const attempt = async (lesson: string): Promise<boolean> => {
    const answers = Array.from({ length: questions }, (_, index) =>
      draw.chance(ability) ? index : -1,
    );
    const id = `${learner}-${sent.length + 1}`;
    const submission: Submission = { id, learner, lesson, answers, day };
    const isInOrder = (before[lesson] ?? []).every((each) => passed.has(each));
    const score = scoreOf(answers);
    truth.submissions.set(id, { learner, lesson, score, day, isInOrder, isAccepted: false });
    sent.push(submission);
    if (!(await handIn(truth, submission, draw, submit))) return false;
    for (let waitedMs = 0; !truth.answered.has(id) && waitedMs < patienceMs; waitedMs += 1_000) {
      await sleep(1_000);
    }
    if (isInOrder && truth.answered.has(id) && score >= enough) passed.add(lesson);
    day += draw.chance(0.7) ? 1 : 2;
    await sleep(2_000 + Math.floor(draw.next() * 4_000));
    return true;
  };

  if (isHasty && !(await attempt('sagas'))) return;
  for (const lesson of lessons) {
    for (let tries = 0; tries < 4 && !passed.has(lesson); tries += 1) {
      if (!(await attempt(lesson))) return;
    }
    // Some do a lesson again for a better score, and spoil it.
    if (passed.has(lesson) && draw.chance(0.15) && !(await attempt(lesson))) return;
  }
  // A tab that was left open sends an old attempt once more.
  const old = sent.length > 0 && draw.chance(0.4) ? draw.pick(sent) : undefined;
  if (old !== undefined) await handIn(truth, old, draw, submit);
}

/** What is due to one learner: the best of each lesson, and the days in a row. */
export interface Due {
  readonly best: Readonly<Record<string, number>>;
  readonly streak: number;
  readonly isComplete: boolean;
  /** Whether everything that was handed in is known to have arrived. */
  readonly isCertain: boolean;
}

export function dueOf(truth: LearningTruth): ReadonlyMap<string, Due> {
  const byLearner = Map.groupBy(truth.submissions.values(), ({ learner }) => learner);
  return new Map(
    Array.from(byLearner, ([learner, all]) => {
      const counted = all.filter(({ isInOrder }) => isInOrder);
      const best: Record<string, number> = {};
      for (const { lesson, score } of counted) best[lesson] = Math.max(best[lesson] ?? 0, score);
      const days = counted.map(({ day }) => day).toSorted((a, b) => b - a);
      let streak = 0;
      for (const day of new Set(days)) {
        if (day !== (days[0] ?? 0) - streak) break;
        streak += 1;
      }
      const isComplete = lessons.every((lesson) => (best[lesson] ?? 0) >= enough);
      const isCertain = all.every(({ isAccepted }) => isAccepted);
      return [learner, { best, streak, isComplete, isCertain }];
    }),
  );
}

/** Whether a lesson is one to go on with: not passed, and nothing missing before it. */
export function isSensible(best: Readonly<Record<string, number>>, next: string | null): boolean {
  const isPassed = (lesson: string): boolean => (best[lesson] ?? 0) >= enough;
  if (next === null) return lessons.every(isPassed);
  return !isPassed(next) && (before[next] ?? []).every(isPassed);
}
