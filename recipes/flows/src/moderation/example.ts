import { defineBroker, flowScenarios, runInProcess } from '@firedrill/core/flows/example';
import {
  counter,
  defineExample,
  defineMeasures,
  type ExampleTypes,
  histogram,
  type Judged,
  ruleWords,
  type WorldContext,
} from '@firedrill/core/scenario';
import { constantLoad, spikeLoad } from '@firedrill/core/workload';
import { z } from 'zod';
import { moderation, type Post } from './flow.ts';
import { naiveModeration } from './naive.ts';
import { createModerationServices, type ModerationTruth, type PostTruth } from './services.ts';
import { publishOne } from './world.ts';

const settings = z.object({
  ratePerSecond: z.coerce
    .number()
    .positive()
    .max(200)
    .default(3)
    .describe('posts a second while one of them is viral'),
});

interface Moderators {
  /** Takes a post in; may be called again with the same one. */
  publish(post: Post): Promise<void>;
  /** Takes an appeal in; may be called again for the same post. */
  appeal(post: Post): Promise<void>;
  close(): Promise<void>;
}

/** The system says nothing of itself. */
const reports = defineMeasures({});

const measures = defineMeasures({
  published: counter({ label: 'posts', chart: 'rate' }),
  timeToAccept: histogram({ label: 'time to accept', unit: 'ms' }),
});

interface Moderated extends ExampleTypes {
  readonly settings: z.output<typeof settings>;
  readonly outside: ReturnType<typeof createServices>['outside'];
  readonly truth: Truth;
  readonly system: Moderators;
  readonly measures: typeof measures;
  readonly reports: typeof reports;
}

interface Truth {
  readonly posts: ModerationTruth;
}

const { defineRules, defineSigns, invariant, objective, sign } = ruleWords<Moderated>();
type Phase = Judged<Moderated>;
const minute = 60_000;
const durationMs = 4 * minute;
const basePerSecond = 0.4;
/** By when what is bad has to be down. */
const downWithinMs = 2 * minute;

function createServices({ elapsedMs, random }: WorldContext<Moderated>) {
  const posts: ModerationTruth = new Map();
  const services = createModerationServices(posts, elapsedMs, random('reviewers'));
  return { outside: { ...services, broker: defineBroker(moderation) }, truth: { posts } };
}

const all = ({ truth }: Phase): readonly PostTruth[] => [...truth.posts.values()];
const wronged = (phase: Phase): number =>
  all(phase).filter(({ isBad, hasAppealed, isRemoved }) => !isBad && hasAppealed && isRemoved)
    .length;
const unexplained = (phase: Phase): number =>
  all(phase).filter(
    ({ removedAtMs, hasAppealed, told }) =>
      (removedAtMs !== undefined && told.get(1)?.size !== 1) ||
      (hasAppealed && told.get(2)?.size !== 1),
  ).length;
/** Down by word of reviewers, of whom not two wanted it. */
const alone = (phase: Phase): number =>
  all(phase).filter(({ by, isRemoved, votes }) => {
    if (!isRemoved || by === 'filter' || by === 'model') return false;
    const panel = by === 'appeal' ? 'appeal' : 'first';
    const wanted = [...votes].filter(([seat, { removes }]) => seat.startsWith(panel) && removes);
    return new Set(wanted.map(([, { reviewer }]) => reviewer)).size < 2;
  }).length;
/** Two people have let it stand: they err, too, and that is no matter of the system. */
const isLetStand = ({ votes }: PostTruth): boolean =>
  [...votes].filter(([seat, { removes }]) => seat.startsWith('first') && !removes).length >= 2;
/**
 * When enough people have looked at it, or by when it has to be down at the latest: people take up to half a
 * minute, and who refuses from then on what they have decided excuses what was published before, too.
 */
const decidableAtMs = ({ publishedAtMs, seenAtMs = publishedAtMs }: PostTruth): number =>
  Math.min(seenAtMs, publishedAtMs + downWithinMs);
const badUp = (phase: Phase) => {
  const due = all(phase).filter(
    (post) =>
      post.isBad &&
      post.isAccepted &&
      post.score >= 0.6 &&
      !isLetStand(post) &&
      phase.isJudged(post.publishedAtMs) &&
      phase.isJudged(decidableAtMs(post)),
  );
  const done = due.filter(
    ({ removedAtMs = Infinity, publishedAtMs }) => removedAtMs - publishedAtMs <= downWithinMs,
  );
  return { done: done.length, due: due.length };
};

export const example = defineExample<Moderated>({
  name: 'flows/moderation',
  title: 'Moderation: what is illegal comes down, and nobody removes alone',
  startsAt: '2026-03-02T09:00:00.000Z',
  settings,
  charts: { rate: { title: 'Posts', unit: 'per-second' } },
  measures,
  reports,
  createServices,
  implementations: {
    naive: {
      name: 'naive',
      week: 1,
      flaw: 'One line in memory and one reviewer each: no answer is taken for a yes, the new threshold decides at once, and an appeal is heard by the same person.',
      breaks: [
        'explained-once',
        'report-complete',
        'restored-on-appeal',
        'threshold-kept',
        'two-persons',
      ],
      create({ outside }) {
        const moderators = naiveModeration(outside);
        return {
          publish: async (post) => moderators.take(post, 1),
          appeal: async (post) => moderators.take(post, 2),
          close: () => moderators.onIdle(),
        };
      },
    },
    flow: {
      name: 'flow',
      week: 2,
      flaw: 'none known: a vote has a seat, a decision has a round, and people are waited for',
      role: 'repaired',
      breaks: [],
      create(context) {
        const flow = runInProcess(moderation, context);
        return {
          async publish(post) {
            await flow.publish('post.published', post, { id: post.id });
          },
          async appeal(post) {
            await flow.publish('appeal.filed', { post, votes: {} }, { id: `${post.id}-appeal` });
          },
          close: () => flow.close(),
        };
      },
    },
  },
  async visit({ context, truth, system, arrival }) {
    const { meter, elapsedMs, random } = context;
    const isViral = arrival.atMs >= minute && arrival.atMs < 2 * minute;
    meter.count(measures.published);
    await publishOne(truth.posts, arrival.index, isViral, elapsedMs, random('authors'), {
      async publish(post) {
        const sinceMs = elapsedMs();
        try {
          await system.publish(post);
        } finally {
          meter.record(measures.timeToAccept, elapsedMs() - sinceMs);
        }
      },
      appeal: (post) => system.appeal(post),
    });
  },
  signals: [],
  rules: defineRules({
    'bad-is-down': objective(
      'of what is bad, and no two people let stand, fewer than one in twenty is up for two minutes',
      (phase) => {
        const { done, due } = badUp(phase);
        return due === 0 ? 0 : 1 - done / due;
      },
      { under: 0.05, unit: 'ratio', needs: ['app', 'model', 'reviewers', 'platform'] },
    ),
    'restored-on-appeal': invariant(
      'a post that was removed wrongly is up again after an appeal',
      'wronged author',
      wronged,
    ),
    'explained-once': invariant(
      'every removal and every appeal is explained to its author, once',
      'missing or surplus letter',
      unexplained,
    ),
    'two-persons': invariant(
      'people remove a post only when two of them want it',
      'lonely decision',
      alone,
    ),
    'threshold-kept': invariant(
      'the model removes alone only from 0.97 on, whatever is being tried out',
      'hasty removal',
      (phase) =>
        all(phase).filter(({ by, isRemoved, score }) => by === 'model' && isRemoved && score < 0.97)
          .length,
    ),
    'report-complete': invariant(
      'the transparency report has every decision, with its reason, and agrees with what is up',
      'missing entry',
      (phase) =>
        all(phase).filter(({ isAccepted, hasAppealed, round, isRemoved, entries }) => {
          if (!isAccepted) return false;
          const last = entries.get(hasAppealed ? 2 : 1);
          return (
            last === undefined ||
            last.why === 'policy' ||
            (round > 0 && last.isRemoved !== isRemoved)
          );
        }).length,
    ),
    'accepted-soon': objective(
      'a post is taken in less than half a second',
      ({ measured }) => measured.timeToAccept.p95,
      { under: 500, unit: 'ms', of: 'at the 95th percentile', needs: ['app'] },
    ),
  }),
  swarm: {
    settles: () => ({
      'for three votes, and three of an appeal': 6 * 40_000,
      'for the last pause of a retry': 5_000,
      'for an author who waits for the answer': 4 * minute,
    }),
  },
  figures: {
    wronged: {
      label: 'wronged authors',
      unit: 'count',
      better: 'lower',
      rule: 'restored-on-appeal',
      of: wronged,
    },
    unexplained: {
      label: 'missing or surplus letters',
      unit: 'count',
      better: 'lower',
      rule: 'explained-once',
      of: unexplained,
    },
    alone: {
      label: 'removed by one person',
      unit: 'count',
      better: 'lower',
      rule: 'two-persons',
      of: alone,
    },
    down: {
      label: 'bad posts down in time',
      unit: 'count',
      better: 'higher',
      rule: 'bad-is-down',
      of: (phase) => badUp(phase).done,
    },
  },
  scenarios: flowScenarios<Moderated>({
    title: 'a post goes viral, the reviewers are away, answers are lost',
    intro: [
      'Posts are filtered, scored by a model, and looked at by people. Some of them are bad, some are taken for it, and authors appeal.',
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
          spikeFromMs: minute,
          spikeToMs: 2 * minute,
          rampMs: 1_000,
        }),
      ordinaryLoad: () => constantLoad({ ratePerSecond: basePerSecond, durationMs }),
      faults: () => [
        {
          kind: 'error',
          id: 'reviewers-away',
          service: 'reviewers',
          fromMs: 80_000,
          toMs: 110_000,
        },
        {
          kind: 'drop-response',
          id: 'letters-lost',
          service: 'authors',
          fromMs: minute,
          toMs: 3 * minute,
          share: 0.25,
        },
        { kind: 'crash', id: 'crash', service: 'app', fromMs: 130_000, toMs: 132_000 },
      ],
      story: [{ atMs: minute, text: 'a post goes viral' }],
    },
    signs: defineSigns({
      'lonely-decisions': sign('one person removes, or nobody', alone, {
        atLeast: 5,
        unit: 'count',
      }),
      'letters-twice': sign('authors get letters twice, or none', unexplained, {
        atLeast: 5,
        unit: 'count',
      }),
    }),
    cause: {
      label: 'reviewers who are away and letters whose answer is lost',
      conditions: {
        reviewers: { label: 'the reviewers who are away', faults: ['reviewers-away'] },
        letters: { label: 'the lost answers', faults: ['letters-lost'] },
      },
    },
    explain: (phase) => ({
      chain: [
        { kind: 'cause', text: 'the reviewers are away for half a minute, and answers are lost' },
        {
          kind: 'code',
          text: 'no answer is taken for a yes, and a letter is sent under a new key',
        },
        {
          kind: 'victim',
          text: `${alone(phase)} posts removed without two people, ${unexplained(phase)} authors with too many letters or none`,
        },
      ],
      lessons: [
        { text: 'Let a decision wait for the people who make it, and give it a key of its own.' },
      ],
    }),
    scale: {
      baseRatePerSecond: ({ ratePerSecond }) => ratePerSecond / 3,
      columns: [{ name: 'down', label: 'bad posts down', unit: 'count' }],
      row: (phase) => ({ down: badUp(phase).done }),
    },
  }),
});
