import { defineService } from '@firedrill/core/services';
import { z } from 'zod';

/** A line of the gradebook. */
export interface GradebookRow {
  readonly version: number;
  readonly best: Readonly<Record<string, number>>;
  readonly streak: number;
  readonly next: string | null;
}

/** What the world outside knows. */
export interface LearningTruth {
  /** What was handed in, and may have arrived. */
  readonly submissions: Map<
    string,
    {
      readonly learner: string;
      readonly lesson: string;
      readonly score: number;
      readonly day: number;
      /** Whether the lessons before it were passed when it was handed in. */
      readonly isInOrder: boolean;
      isAccepted: boolean;
    }
  >;
  readonly gradebook: Map<string, GradebookRow>;
  /** What became of a submission, as its learner reads it. */
  readonly answered: Map<string, 'graded' | 'refused'>;
  /** Certificates by learner: a register under one id keeps the first. */
  readonly certificates: Map<string, Map<string, string>>;
  /** Mails by learner, by their id. */
  readonly mails: Map<string, Set<string>>;
}

export function createLearningTruth(): LearningTruth {
  return {
    submissions: new Map(),
    gradebook: new Map(),
    answered: new Map(),
    certificates: new Map(),
    mails: new Map(),
  };
}

/** The right answers of every quiz: the n-th is n. */
export function scoreOf(answers: readonly number[]): number {
  const right = answers.filter((answer, index) => answer === index).length;
  return Math.round((100 * right) / questions);
}

export const questions = 10;

export type LearningServices = ReturnType<typeof createLearningServices>;

/** Grader, gradebook, registry and mail, which write down what reaches them. */
export function createLearningServices(truth: LearningTruth) {
  const grader = defineService({
    name: 'grader',
    baseUrl: 'https://grader.test',
    latency: { p50Ms: 150, p99Ms: 700 },
    operations: {
      grade: {
        method: 'POST',
        path: '/grades',
        input: z.object({ lesson: z.string(), answers: z.array(z.number()).readonly() }),
        handle: ({ answers }) => ({ score: scoreOf(answers) }),
      },
    },
  });

  const gradebook = defineService({
    name: 'gradebook',
    baseUrl: 'https://gradebook.test',
    latency: { p50Ms: 15, p99Ms: 80 },
    operations: {
      put: {
        method: 'POST',
        path: '/rows',
        input: z.object({
          submission: z.string(),
          learner: z.string(),
          version: z.number(),
          best: z.record(z.string(), z.number()),
          streak: z.number(),
          next: z.string().nullable(),
        }),
        handle: ({ submission, learner, ...row }) => {
          truth.answered.set(submission, 'graded');
          if ((truth.gradebook.get(learner)?.version ?? 0) <= row.version) {
            truth.gradebook.set(learner, row);
          }
          return {};
        },
      },
      refuse: {
        method: 'POST',
        path: '/refusals',
        input: z.object({ submission: z.string(), learner: z.string(), lesson: z.string() }),
        handle: ({ submission }) => {
          truth.answered.set(submission, 'refused');
          return {};
        },
      },
    },
  });

  const registry = defineService({
    name: 'registry',
    baseUrl: 'https://registry.test',
    latency: { p50Ms: 40, p99Ms: 200 },
    operations: {
      register: {
        method: 'POST',
        path: '/certificates',
        input: z.object({ id: z.string(), token: z.string() }),
        handle: ({ id, token }) => {
          const [learner = id] = id.split('#');
          const known = truth.certificates.get(learner) ?? new Map<string, string>();
          if (!known.has(id)) known.set(id, token);
          truth.certificates.set(learner, known);
          return {};
        },
      },
    },
  });

  const mail = defineService({
    name: 'mail',
    baseUrl: 'https://mail.test',
    latency: { p50Ms: 30, p99Ms: 150 },
    operations: {
      send: {
        method: 'POST',
        path: '/mails',
        input: z.object({ id: z.string(), to: z.string() }),
        handle: ({ id, to }) => {
          truth.mails.set(to, (truth.mails.get(to) ?? new Set()).add(id));
          return {};
        },
      },
    },
  });
  return { grader, gradebook, registry, mail };
}
