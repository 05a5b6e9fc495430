import { defineBroker, flowScenarios, runInProcess } from '@firedrill/core/flows/example';
import {
  counter,
  defineExample,
  defineMeasures,
  type ExampleTypes,
  histogram,
  type Judged,
  ruleWords,
} from '@firedrill/core/scenario';
import { constantLoad, spikeLoad } from '@firedrill/core/workload';
import { z } from 'zod';
import { publicKeyOf, readCertificate } from './certificate.ts';
import { learning, schoolKey, type Submission } from './flow.ts';
import { naiveLearning } from './naive.ts';
import { createLearningServices, createLearningTruth, type LearningTruth } from './services.ts';
import { dueOf, isSensible, study } from './world.ts';

const settings = z.object({
  ratePerSecond: z.coerce
    .number()
    .positive()
    .max(100)
    .default(0.6)
    .describe('learners a second who begin in the rush'),
});

interface School {
  /** Takes answers in; may be called again with the same ones. */
  submit(submission: Submission): Promise<void>;
  close(): Promise<void>;
}

/** The system says nothing of itself. */
const reports = defineMeasures({});

const measures = defineMeasures({
  learners: counter({ label: 'learners who begin', chart: 'rate' }),
  submitted: counter({ label: 'answers handed in', chart: 'rate' }),
  timeToAccept: histogram({ label: 'time to accept', unit: 'ms' }),
});

interface Teaching extends ExampleTypes {
  readonly settings: z.output<typeof settings>;
  readonly outside: ReturnType<typeof createServices>['outside'];
  readonly truth: LearningTruth;
  readonly system: School;
  readonly measures: typeof measures;
  readonly reports: typeof reports;
}

const { defineRules, defineSigns, invariant, objective, sign, usefulWork } = ruleWords<Teaching>();
type Phase = Judged<Teaching>;
const minute = 60_000;
const durationMs = 4 * minute;
const basePerSecond = 0.1;

function createServices() {
  const truth = createLearningTruth();
  return { outside: { ...createLearningServices(truth), broker: defineBroker(learning) }, truth };
}

const publicKey = publicKeyOf(schoolKey);
const sameScores = (a: object, b: object): boolean => sorted(a) === sorted(b);
const sorted = (scores: object): string =>
  Object.entries(scores)
    .map(([lesson, score]) => `${lesson} ${score}`)
    .toSorted((a, b) => (a < b ? -1 : 1))
    .join();

/** Certificates of those who have not earned one, or that say what is not so. */
function unearned({ truth }: Phase): number {
  const due = dueOf(truth);
  return [...truth.certificates].flatMap(([learner, issued]) =>
    [...issued.values()].filter((token) => {
      const claims = readCertificate(token, publicKey);
      const earned = due.get(learner);
      if (claims?.learner !== learner || earned?.isComplete !== true) return true;
      return Object.entries(claims.scores).some(
        ([lesson, score]) => score < 70 || score > (earned.best[lesson] ?? 0),
      );
    }),
  ).length;
}

const surplus = ({ truth }: Phase): number =>
  [...truth.certificates.values(), ...truth.mails.values()].reduce(
    (sum, each) => sum + Math.max(0, each.size - 1),
    0,
  );

/** Learners of whom everything is known to have arrived, with what the gradebook says of them. */
const certain = ({ truth }: Phase) =>
  [...dueOf(truth)].flatMap(([learner, due]) =>
    due.isCertain ? [{ learner, due, row: truth.gradebook.get(learner) }] : [],
  );

const wrongRows = (phase: Phase): number =>
  certain(phase).filter(({ due, row }) => !sameScores(row?.best ?? {}, due.best)).length;

export const example = defineExample<Teaching>({
  name: 'flows/learning',
  title: 'Learning: the best attempt counts, and a certificate is earned',
  startsAt: '2026-03-02T09:00:00.000Z',
  settings,
  charts: { rate: { title: 'Learners and answers', unit: 'per-second' } },
  measures,
  reports,
  createServices,
  implementations: {
    naive: {
      name: 'naive',
      week: 1,
      flaw: 'Progress in memory, the last score counts, a grader that does not answer passes everybody, and each time somebody is through there is a certificate.',
      breaks: [
        'best-counts',
        'certificate-earned',
        'certificate-once',
        'certified',
        'in-order',
        'streaks',
      ],
      create({ outside, clock }) {
        const school = naiveLearning(outside, clock.now);
        return {
          submit: async (submission) => school.submit(submission),
          close: () => school.onIdle(),
        };
      },
    },
    flow: {
      name: 'flow',
      week: 2,
      flaw: 'none known: a submission counts once, progress is one entry, and what was handed in is graded however long it takes',
      role: 'repaired',
      breaks: [],
      create(context) {
        const flow = runInProcess(learning, context);
        return {
          async submit(submission) {
            const { id, answers, ...data } = submission;
            await flow.publish('answers.submitted', { ...data, id, answers: [...answers] }, { id });
          },
          close: () => flow.close(),
        };
      },
    },
  },
  async visit({ context, truth, system, arrival }) {
    const { meter, elapsedMs, random } = context;
    meter.count(measures.learners);
    await study(truth, `learner-${arrival.index + 1}`, random('learners'), async (submission) => {
      const sinceMs = elapsedMs();
      meter.count(measures.submitted);
      try {
        await system.submit(submission);
      } finally {
        meter.record(measures.timeToAccept, elapsedMs() - sinceMs);
      }
    });
  },
  signals: [],
  rules: defineRules({
    'certificate-earned': invariant(
      'a certificate is signed by the school, and says what its holder has earned',
      'unearned certificate',
      unearned,
    ),
    'certificate-once': invariant(
      'nobody gets a certificate twice, or is congratulated twice',
      'surplus certificate',
      surplus,
    ),
    'best-counts': invariant(
      'the gradebook has the best score of every lesson',
      'wrong line',
      wrongRows,
    ),
    'in-order': invariant(
      'no lesson is graded before those that it needs are passed',
      'misordered lesson',
      ({ truth }) =>
        [...truth.submissions].filter(
          ([id, { isInOrder }]) => !isInOrder && truth.answered.get(id) === 'graded',
        ).length,
    ),
    streaks: invariant(
      'a streak is the days in a row on which something was handed in',
      'wrong streak',
      (phase) =>
        certain(phase).filter(({ due, row }) => row !== undefined && row.streak !== due.streak)
          .length,
    ),
    'next-is-open': invariant(
      'what is recommended can be begun, and is not passed yet',
      'useless recommendation',
      ({ truth }) =>
        [...truth.gradebook.values()].filter(({ best, next }) => !isSensible(best, next)).length,
    ),
    certified: usefulWork(
      'who has passed every lesson has a certificate, and was congratulated',
      'certificate',
      (phase) => {
        const { truth } = phase;
        const due = certain(phase).filter((each) => each.due.isComplete);
        return {
          done: due.filter(
            ({ learner }) => truth.certificates.has(learner) && truth.mails.has(learner),
          ).length,
          due: due.length,
        };
      },
      // Whatever is down comes back, and a certificate waits for it: nothing excuses it.
      { atLeast: 0.999, needs: [] },
    ),
    'accepted-soon': objective(
      'answers are accepted in less than half a second',
      ({ measured }) => measured.timeToAccept.p95,
      { under: 500, unit: 'ms', of: 'at the 95th percentile', needs: ['app'] },
    ),
  }),
  swarm: {
    settles: () => ({
      'for the last pause of a retry, and of the breaker': 16_000,
      'for twenty-two attempts of a learner, each with a pause': 22 * 10_000,
    }),
  },
  figures: {
    unearned: {
      label: 'unearned certificates',
      unit: 'count',
      better: 'lower',
      rule: 'certificate-earned',
      of: unearned,
    },
    surplus: {
      label: 'certificates too many',
      unit: 'count',
      better: 'lower',
      rule: 'certificate-once',
      of: surplus,
    },
    wrongRows: {
      label: 'wrong lines in the gradebook',
      unit: 'count',
      better: 'lower',
      rule: 'best-counts',
      of: wrongRows,
    },
    certificates: {
      label: 'learners with a certificate',
      unit: 'count',
      better: 'neither',
      of: ({ truth }) => truth.certificates.size,
    },
  },
  scenarios: flowScenarios<Teaching>({
    title: 'a term begins, the grader is away, old answers come again',
    intro: [
      'A course of four lessons. Answers are handed in twice, some learners begin with the last lesson, the grader does not answer, a process crashes.',
    ],
    naive: 'naive',
    repaired: 'flow',
    storm: {
      durationMs,
      load: ({ ratePerSecond }) =>
        spikeLoad({
          basePerSecond,
          peakPerSecond: ratePerSecond,
          durationMs,
          spikeFromMs: 20_000,
          spikeToMs: 2 * minute,
          rampMs: 1_000,
        }),
      ordinaryLoad: () => constantLoad({ ratePerSecond: basePerSecond, durationMs }),
      faults: () => [
        { kind: 'hang', id: 'grader-hangs', service: 'grader', fromMs: minute, toMs: 100_000 },
        {
          kind: 'drop-response',
          id: 'registry-answers-lost',
          service: 'registry',
          fromMs: minute,
          toMs: 4 * minute,
          share: 0.3,
        },
        { kind: 'crash', id: 'crash', service: 'app', fromMs: 130_000, toMs: 133_000 },
      ],
      story: [{ atMs: 20_000, text: 'a term begins' }],
    },
    signs: defineSigns({
      'unearned-certificates': sign('certificates are given away', unearned, {
        atLeast: 3,
        unit: 'count',
      }),
    }),
    cause: {
      label: 'a grader that hangs',
      conditions: { grader: { label: 'the hanging grader', faults: ['grader-hangs'] } },
    },
    explain: (phase) => ({
      chain: [
        { kind: 'cause', text: 'the grader does not answer for 40 s' },
        { kind: 'code', text: 'no answer is taken for full marks, so that nobody is held up' },
        {
          kind: 'victim',
          text: `${unearned(phase)} certificates that nobody has earned, ${wrongRows(phase)} wrong lines in the gradebook`,
        },
      ],
      lessons: [
        {
          text: 'An answer that is missing is neither yes nor no: keep what was handed in, and grade it later.',
        },
      ],
    }),
    scale: {
      baseRatePerSecond: ({ ratePerSecond }) => ratePerSecond,
      columns: [
        { name: 'certificates', label: 'certificates', unit: 'count' },
        { name: 'p95', label: 'accepted, p95', unit: 'ms' },
      ],
      row: ({ truth, measured }) => ({
        certificates: truth.certificates.size,
        p95: measured.timeToAccept.p95,
      }),
    },
  }),
});
