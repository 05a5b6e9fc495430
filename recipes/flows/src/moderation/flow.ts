import { type DataOf, flowWords, type FlowTypes } from '@firedrill/core/flows';
import { type Client, withTimeout } from '@firedrill/core/services';
import { z } from 'zod';
import { decide, filterFinding, live, priorityOf, shadow, verdictOf } from './policy.ts';
import type { ModerationServices } from './services.ts';

/*
 * Filter, score, review, act, explain. A decision has a round: the first one, and that of an appeal.
 *
 *   published > (filter) > unclear > (score) > review.urgent | review.ordinary > (one vote each, again)
 *                  |                    |                |
 *   appeal.filed > | (hear, one vote each, again)        |
 *                  +--------------------+----------------+----> decided > (act) (explain) (report)
 */

const post = z.object({
  id: z.string().min(1),
  author: z.string(),
  text: z.string().max(10_000),
  views: z.int().nonnegative(),
});
const votes = z.record(z.string(), z.boolean());
const review = z.object({ post, votes });
const events = {
  'post.published': post,
  'post.unclear': post,
  'review.urgent': review,
  'review.ordinary': review,
  'appeal.filed': review,
  'post.decided': z.object({
    post: z.string(),
    author: z.string(),
    /** 1: the first decision; 2: that of an appeal. */
    round: z.int(),
    isRemoved: z.boolean(),
    by: z.enum(['filter', 'model', 'reviewers', 'appeal']),
    why: z.string().min(1),
  }),
};

interface Moderation extends FlowTypes {
  readonly events: typeof events;
  readonly outside: {
    readonly [Name in keyof ModerationServices]: Client<ModerationServices[Name]['operations']>;
  };
  readonly tables: object;
}
export type Post = DataOf<Moderation, 'post.published'>;
type Review = DataOf<Moderation, 'review.urgent'>;
export type Decision = DataOf<Moderation, 'post.decided'>;
type Outside = Moderation['outside'];

const { step, defineFlow } = flowWords<Moderation>();

const stubborn = {
  maxAttempts: Infinity,
  backoff: { initialMs: 200, maxMs: 5_000, factor: 2, jitter: 'equal' },
} as const;
const answerMs = 1_500;
/** A person takes a while; four times what the slowest takes. */
const voteMs = 40_000;
/** A vote is recognised by its seat: who voted before it is in the event. */
const bySeat = { key: (data: Review) => `${data.post.id}#${Object.keys(data.votes).length}` };
const byRound = { key: ({ post: id, round }: Decision) => `${id}#${round}` };

const decided = (data: Post, decision: Omit<Decision, 'post' | 'author'>) =>
  ({ event: 'post.decided', data: { post: data.id, author: data.author, ...decision } }) as const;

export const moderation = defineFlow({
  name: 'moderation',
  events,
  steps: [
    step('filter', {
      on: 'post.published',
      idempotent: { key: ({ id }) => id },
      run(data) {
        const found = filterFinding(data.text);
        if (found === undefined) return { event: 'post.unclear', data };
        return decided(data, { round: 1, isRemoved: true, by: 'filter', why: found.why });
      },
    }),
    step('score', {
      on: 'post.unclear',
      idempotent: { key: ({ id }) => id },
      concurrency: 64,
      retry: stubborn,
      async run(data, { outside, log }) {
        const { id, text, views } = data;
        const { score } = await withTimeout(outside.model, answerMs).score({ id, text });
        const verdict = verdictOf(score, live);
        const tried = verdictOf(score, shadow);
        // What other thresholds would do is noted, and done by nobody.
        if (tried !== verdict) log('info', 'shadow threshold', { post: id, score, verdict, tried });
        if (verdict === 'review') {
          return {
            event: `review.${priorityOf(score, views)}` as const,
            data: { post: data, votes: {} },
          };
        }
        const why = `the model gives it ${score.toFixed(2)}, and ${live.removeAt} is removed`;
        return decided(data, { round: 1, isRemoved: verdict === 'remove', by: 'model', why });
      },
    }),
    step('review-urgent', {
      // Reviewers of their own: what is urgent waits behind nothing that is not.
      on: 'review.urgent',
      idempotent: bySeat,
      concurrency: 24,
      timeoutMs: 2 * voteMs,
      retry: stubborn,
      run: (data, { outside }) => askOne(data, outside, 'review.urgent'),
    }),
    step('review', {
      on: 'review.ordinary',
      idempotent: bySeat,
      concurrency: 8,
      timeoutMs: 2 * voteMs,
      retry: stubborn,
      run: (data, { outside }) => askOne(data, outside, 'review.ordinary'),
    }),
    step('hear-appeal', {
      on: 'appeal.filed',
      idempotent: bySeat,
      concurrency: 24,
      timeoutMs: 2 * voteMs,
      retry: stubborn,
      run: (data, { outside }) => askOne(data, outside, 'appeal.filed'),
    }),
    step('act', {
      on: 'post.decided',
      idempotent: {
        byNature: 'of a post the decision of the last round counts, whatever comes when',
      },
      retry: stubborn,
      async run({ post: id, round, isRemoved, by }, { outside }) {
        await withTimeout(outside.platform, answerMs).set({ post: id, round, isRemoved, by });
      },
    }),
    step('explain', {
      on: 'post.decided',
      idempotent: byRound,
      retry: stubborn,
      async run({ post: id, author, round, isRemoved, by, why }, { outside, idempotencyKey }) {
        // Who keeps a post hears of it only when they have asked.
        if (!isRemoved && round === 1) return;
        const text = `${isRemoved ? 'removed' : 'restored'} by ${by}: ${why}`;
        await withTimeout(outside.authors, answerMs).tell({
          key: idempotencyKey,
          post: id,
          author,
          round,
          text,
        });
      },
    }),
    step('report', {
      on: 'post.decided',
      idempotent: { byNature: 'an entry is recognised by its post and its round' },
      retry: stubborn,
      async run({ post: id, round, isRemoved, by, why }, { outside }) {
        await withTimeout(outside.report, answerMs).enter({ post: id, round, isRemoved, by, why });
      },
    }),
  ],
});

/** Asks one more person; decides, or has another one asked. */
async function askOne(
  { post: data, votes: before }: Review,
  { reviewers }: Outside,
  again: 'review.urgent' | 'review.ordinary' | 'appeal.filed',
) {
  const panel = again === 'appeal.filed' ? ('appeal' as const) : ('first' as const);
  const { reviewer, removes } = await withTimeout(reviewers, voteMs).vote({
    post: data.id,
    panel,
    seat: Object.keys(before).length,
  });
  const given = { ...before, [reviewer]: removes };
  const isRemoved = decide(given);
  if (isRemoved === undefined) return { event: again, data: { post: data, votes: given } };
  const names = Object.keys(given).join(', ');
  const why = `${names} have looked at it, and two of them ${isRemoved ? 'want it removed' : 'let it stand'}`;
  return panel === 'appeal'
    ? decided(data, { round: 2, isRemoved, by: 'appeal', why })
    : decided(data, { round: 1, isRemoved, by: 'reviewers', why });
}
