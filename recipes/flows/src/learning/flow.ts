import { type DataOf, flowWords, type FlowTypes } from '@firedrill/core/flows';
import { type Client, withTimeout } from '@firedrill/core/services';
import { z } from 'zod';
import { signCertificate } from './certificate.ts';
import {
  isComplete,
  isOpen,
  nextLesson,
  nothingYet,
  type Progress,
  streakOf,
  withAttempt,
} from './course.ts';
import type { LearningServices } from './services.ts';

/*
 * Submit, grade, record, reward. The progress of a learner is one entry, changed by one step at a time:
 *
 *   submitted > (admit) > accepted > (grade) > graded > (record) > changed > (note)
 *                  +----> refused > (refuse)               +-----> completed > (certify) > issued > (congratulate)
 */

const submission = z.object({
  id: z.string().min(1),
  learner: z.string().min(1),
  lesson: z.string(),
  answers: z.array(z.int()).max(50).readonly(),
  /** Day on which it was handed in, by the calendar of the learner. */
  day: z.int().nonnegative(),
});
const row = z.object({
  learner: z.string(),
  version: z.int(),
  best: z.record(z.string(), z.number()),
  streak: z.int(),
  next: z.string().nullable(),
});
const events = {
  'answers.submitted': submission,
  'answers.accepted': submission,
  'answers.refused': submission,
  'answers.graded': submission.extend({ score: z.int().min(0).max(100) }),
  'progress.changed': row.extend({ submission: z.string() }),
  'course.completed': z.object({ learner: z.string(), scores: z.record(z.string(), z.number()) }),
  'certificate.issued': z.object({ learner: z.string(), token: z.string() }),
};

interface Learning extends FlowTypes {
  readonly events: typeof events;
  readonly outside: {
    readonly [Name in keyof LearningServices]: Client<LearningServices[Name]['operations']>;
  };
  readonly tables: { readonly progress: Progress };
}
export type Submission = DataOf<Learning, 'answers.submitted'>;

const { step, defineFlow } = flowWords<Learning>();

const byId = { key: ({ id }: Submission) => id };
const byLearner = { key: ({ learner }: { readonly learner: string }) => learner };
/** What was handed in is graded however long it takes. */
const stubborn = {
  maxAttempts: Infinity,
  backoff: { initialMs: 200, maxMs: 8_000, factor: 2, jitter: 'equal' },
} as const;
const breaker = {
  failureThreshold: { ratio: 0.5, minimumCalls: 10, windowMs: 10_000 },
  halfOpenAfterMs: { initialMs: 500, maxMs: 8_000 },
} as const;
/** Four times the slowest ordinary answer. */
const gradeMs = 3_000;
const answerMs = 1_000;
/** The key of the school. In earnest it lies with a key service. */
export const schoolKey = new Uint8Array(32).fill(42);

export const learning = defineFlow({
  name: 'learning',
  events,
  steps: [
    step('admit', {
      on: 'answers.submitted',
      idempotent: byId,
      key: ({ learner }) => learner,
      async run(data, { tables }) {
        const progress = (await tables.get('progress', data.learner)) ?? nothingYet;
        const event = isOpen(progress, data.lesson) ? 'answers.accepted' : 'answers.refused';
        return { event, data: { ...data, answers: [...data.answers] } };
      },
    }),
    step('grade', {
      on: 'answers.accepted',
      idempotent: { byNature: 'the same answers get the same score' },
      concurrency: 32,
      retry: stubborn,
      breaker,
      async run({ id, lesson, answers, ...data }, { outside }) {
        const { score } = await withTimeout(outside.grader, gradeMs).grade({ lesson, answers });
        const graded = { ...data, id, lesson, answers: [...answers], score };
        return { event: 'answers.graded', data: graded };
      },
    }),
    step('record', {
      on: 'answers.graded',
      // Handed in twice, it counts once.
      idempotent: byId,
      key: ({ learner }) => learner,
      async run({ id, learner, lesson, score, day }, { tables }) {
        const before = (await tables.get('progress', learner)) ?? nothingYet;
        const after = withAttempt(before, lesson, score, day);
        const isDone = isComplete(after);
        tables.set('progress', learner, { ...after, isCertified: isDone });
        const { version } = after;
        const best = { ...after.best };
        const streak = streakOf(after.days);
        const next = nextLesson(after) ?? null;
        const changed = { submission: id, learner, version, best, streak, next };
        return [
          { event: 'progress.changed', data: changed },
          ...(isDone && !before.isCertified
            ? [{ event: 'course.completed' as const, data: { learner, scores: best } }]
            : []),
        ];
      },
    }),
    step('note', {
      on: 'progress.changed',
      idempotent: { byNature: 'of a learner the highest version counts, whatever comes when' },
      retry: stubborn,
      async run({ best, ...data }, { outside }) {
        await withTimeout(outside.gradebook, answerMs).put({ ...data, best: { ...best } });
      },
    }),
    step('refuse', {
      on: 'answers.refused',
      idempotent: { byNature: 'it only says that it was refused' },
      retry: stubborn,
      async run({ id, learner, lesson }, { outside }) {
        await withTimeout(outside.gradebook, answerMs).refuse({ submission: id, learner, lesson });
      },
    }),
    step('certify', {
      on: 'course.completed',
      idempotent: byLearner,
      retry: stubborn,
      breaker,
      async run({ learner, scores }, { outside, event }) {
        // The time is that of the event: a second attempt signs the same certificate.
        const token = signCertificate({ learner, scores, issuedAtMs: event.atMs }, schoolKey);
        await withTimeout(outside.registry, answerMs).register({ id: learner, token });
        return { event: 'certificate.issued', data: { learner, token } };
      },
    }),
    step('congratulate', {
      on: 'certificate.issued',
      idempotent: byLearner,
      retry: stubborn,
      async run({ learner }, { outside, idempotencyKey }) {
        await withTimeout(outside.mail, answerMs).send({ id: idempotencyKey, to: learner });
      },
    }),
  ],
});
