import { defineService } from '@firedrill/core/services';
import type { Random } from '@firedrill/core/simulation';
import { z } from 'zod';

/** One post, as the world outside knows it. */
export interface PostTruth {
  readonly author: string;
  readonly isBad: boolean;
  /** What the model says of it. */
  readonly score: number;
  readonly publishedAtMs: number;
  isAccepted: boolean;
  /** Whether an appeal was accepted. */
  hasAppealed: boolean;
  isRemoved: boolean;
  round: number;
  by: string;
  /** When it went down for the first time. */
  removedAtMs: number | undefined;
  /** What its author was told, by round; more than one is too many. */
  readonly told: Map<number, Set<string>>;
  /** Entries of the transparency report, by round. */
  readonly entries: Map<number, { readonly isRemoved: boolean; readonly why: string }>;
  /** When somebody of the first panel answered last; `undefined` when nobody was asked. */
  seenAtMs: number | undefined;
  /** Votes by panel: the reviewer of each seat. */
  readonly votes: Map<string, { readonly reviewer: string; readonly removes: boolean }>;
}

export type ModerationTruth = Map<string, PostTruth>;

export type ModerationServices = ReturnType<typeof createModerationServices>;

const staff = ['ann', 'bob', 'cas', 'dee', 'eli', 'fay'];

/** Model, reviewers, platform, authors and report, which write down what reaches them. */
export function createModerationServices(
  posts: ModerationTruth,
  elapsedMs: () => number,
  draw: Random,
) {
  const model = defineService({
    name: 'model',
    baseUrl: 'https://model.test',
    latency: { p50Ms: 60, p99Ms: 300 },
    operations: {
      score: {
        method: 'POST',
        path: '/scores',
        input: z.object({ id: z.string(), text: z.string() }),
        handle: ({ id }) => ({ score: posts.get(id)?.score ?? 0.5 }),
      },
    },
  });

  const reviewers = defineService({
    name: 'reviewers',
    baseUrl: 'https://reviewers.test',
    latency: { p50Ms: 4_000, p99Ms: 9_000 },
    operations: {
      vote: {
        method: 'POST',
        path: '/votes',
        input: z.object({
          post: z.string(),
          panel: z.enum(['first', 'appeal']),
          seat: z.number(),
        }),
        /** Each seat has another person; asked again, a seat says the same. */
        handle: ({ post, panel, seat }) => {
          const truth = posts.get(post);
          if (truth !== undefined && panel === 'first') truth.seenAtMs = elapsedMs();
          const key = `${panel} ${seat}`;
          const known = truth?.votes.get(key);
          if (known !== undefined) return known;
          const offset = panel === 'first' ? 0 : 3;
          const reviewer = staff[(seat % 3) + offset] ?? 'ann';
          const isBad = truth?.isBad ?? false;
          // People err, too; those who hear appeals have the time not to.
          const isWrong = panel === 'first' && draw.chance(0.06);
          const vote = { reviewer, removes: isWrong ? !isBad : isBad };
          truth?.votes.set(key, vote);
          return vote;
        },
      },
    },
  });

  const platform = defineService({
    name: 'platform',
    baseUrl: 'https://platform.test',
    latency: { p50Ms: 20, p99Ms: 100 },
    operations: {
      set: {
        method: 'POST',
        path: '/posts/state',
        input: z.object({
          post: z.string(),
          round: z.number(),
          isRemoved: z.boolean(),
          by: z.string(),
        }),
        handle: ({ post, round, isRemoved, by }) => {
          const truth = posts.get(post);
          if (truth === undefined || round < truth.round) return {};
          Object.assign(truth, { round, isRemoved, by });
          if (isRemoved) truth.removedAtMs ??= elapsedMs();
          return {};
        },
      },
    },
  });

  const authors = defineService({
    name: 'authors',
    baseUrl: 'https://authors.test',
    latency: { p50Ms: 30, p99Ms: 150 },
    operations: {
      tell: {
        method: 'POST',
        path: '/letters',
        input: z.object({
          /** Of two letters with one key the second is not sent. */
          key: z.string(),
          post: z.string(),
          author: z.string(),
          round: z.number(),
          text: z.string(),
        }),
        handle: ({ key, post, round }) => {
          const told = posts.get(post)?.told;
          told?.set(round, (told.get(round) ?? new Set()).add(key));
          return {};
        },
      },
    },
  });

  const report = defineService({
    name: 'report',
    baseUrl: 'https://report.test',
    latency: { p50Ms: 15, p99Ms: 80 },
    operations: {
      enter: {
        method: 'POST',
        path: '/entries',
        input: z.object({
          post: z.string(),
          round: z.number(),
          isRemoved: z.boolean(),
          by: z.string(),
          why: z.string(),
        }),
        handle: ({ post, round, isRemoved, why }) => {
          posts.get(post)?.entries.set(round, { isRemoved, why });
          return {};
        },
      },
    },
  });
  return { model, reviewers, platform, authors, report };
}
