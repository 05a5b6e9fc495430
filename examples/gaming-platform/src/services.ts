import { type Channel, defineService } from '@firedrill/core/services';
import type { PhaseContext } from '@firedrill/core/scenario';
import { z } from 'zod';
import { createBooks } from './books.ts';
import {
  achievementsBetween,
  type PlayerState,
  scoreSchema,
  suspicionSchema,
  type Verdict,
} from './domain.ts';
import type { Cpu } from './cpu.ts';
import type { Gate } from './gate.ts';
import type { Settings } from './settings.ts';
import type { Truth } from './truth.ts';

/** Names of the services, for faults: `--fault push:hang@18:02-18:03`. */
export const serviceNames = [
  'storage',
  'leaderboard',
  'achievements',
  'rewards',
  'push',
  'effects',
  'moderation',
  'verdicts',
] as const;

/** What each call takes on an ordinary day. */
export const latencies = {
  storage: { p50Ms: 2, p99Ms: 6 },
  leaderboard: { p50Ms: 1, p99Ms: 3 },
  achievements: { p50Ms: 1, p99Ms: 3 },
  rewards: { p50Ms: 3, p99Ms: 10 },
  push: { p50Ms: 10, p99Ms: 30 },
  effects: { p50Ms: 1, p99Ms: 3 },
  moderation: { p50Ms: 5, p99Ms: 20 },
  /** Moderators watch a recording before they judge. */
  verdicts: { p50Ms: 10_000, p99Ms: 30_000 },
} as const;

/** Everything outside of the game's own code, but the players themselves. */
export type Services = ReturnType<typeof createServices>;

/** A row of a player. Rows are checked by the type alone: there are thousands in one call. */
const rowSchema = z.custom<PlayerState>((row) => typeof row === 'object' && row !== null);

export function createServices(
  { network }: PhaseContext<Settings>,
  { cpu, gate, truth }: { readonly cpu: Cpu; readonly gate: Gate; readonly truth: Truth },
) {
  const books = createBooks();
  const verdicts: Channel<Verdict> = network.channel<Verdict>({
    name: 'verdicts',
    latency: latencies.verdicts,
  });

  const storage = network.connect(
    defineService({
      name: 'storage',
      baseUrl: 'https://storage.example',
      latency: latencies.storage,
      operations: {
        load: {
          method: 'POST',
          path: '/loads',
          input: z.object({ playerId: z.string() }),
          handle: ({ playerId }) => ({ row: books.row(playerId) }),
        },
        /** Writes rows, whatever was there. */
        save: {
          method: 'POST',
          path: '/rows',
          input: z.object({ rows: z.array(rowSchema) }),
          handle: ({ rows }) => {
            books.save(rows);
            return { saved: rows.length };
          },
        },
        /** Writes rows unless a newer one is there. */
        saveNewer: {
          method: 'POST',
          path: '/newer-rows',
          input: z.object({ rows: z.array(rowSchema) }),
          handle: ({ rows }) => {
            books.saveNewer(rows);
            return { saved: rows.length };
          },
        },
      },
    }),
  );

  const leaderboard = network.connect(
    defineService({
      name: 'leaderboard',
      baseUrl: 'https://leaderboard.example',
      latency: latencies.leaderboard,
      operations: {
        add: {
          method: 'POST',
          path: '/points',
          input: z.object({ playerId: z.string(), points: z.int() }),
          handle: ({ playerId, points }) => {
            books.addPoints(playerId, points);
            return { ok: true };
          },
        },
        get: {
          method: 'POST',
          path: '/reads',
          input: z.object({ playerId: z.string() }),
          handle: ({ playerId }) => ({ score: books.score(playerId) }),
        },
        put: {
          method: 'POST',
          path: '/scores',
          input: z.object({ playerId: z.string(), score: z.int() }),
          handle: ({ playerId, score }) => {
            books.putScore(playerId, score);
            return { ok: true };
          },
        },
        /** Writes totals unless newer ones are there: doing it twice is doing it once. */
        submit: {
          method: 'POST',
          path: '/submissions',
          input: z.object({ scores: z.array(scoreSchema) }),
          handle: ({ scores }) => {
            books.submitScores(scores);
            return { ok: true };
          },
        },
        remove: {
          method: 'POST',
          path: '/removals',
          input: z.object({ playerId: z.string() }),
          handle: ({ playerId }) => {
            books.removeScore(playerId);
            return { ok: true };
          },
        },
      },
    }),
  );

  const achievements = network.connect(
    defineService({
      name: 'achievements',
      baseUrl: 'https://achievements.example',
      latency: latencies.achievements,
      operations: {
        check: {
          method: 'POST',
          path: '/checks',
          input: z.object({ before: z.int(), after: z.int() }),
          handle: ({ before, after }) => ({
            ids: achievementsBetween(before, after).map(({ id }) => id),
          }),
        },
      },
    }),
  );

  const keys = new Set<string>();
  const rewards = network.connect(
    defineService({
      name: 'rewards',
      baseUrl: 'https://rewards.example',
      latency: latencies.rewards,
      operations: {
        /** Grants a reward; under the same idempotency key, once. */
        grant: {
          method: 'POST',
          path: '/grants',
          input: z.object({
            rewardId: z.string(),
            coins: z.int(),
            idempotencyKey: z.string().optional(),
          }),
          handle: ({ rewardId, idempotencyKey }) => {
            if (idempotencyKey !== undefined) {
              if (keys.has(idempotencyKey)) return { ok: true };
              keys.add(idempotencyKey);
            }
            truth.rewardGranted(rewardId);
            return { ok: true };
          },
        },
      },
    }),
  );

  const push = network.connect(
    defineService({
      name: 'push',
      baseUrl: 'https://push.example',
      latency: latencies.push,
      operations: {
        send: {
          method: 'POST',
          path: '/messages',
          input: z.object({ notificationId: z.string(), text: z.string() }),
          handle: ({ notificationId }) => {
            truth.notified(notificationId);
            return { accepted: true };
          },
        },
      },
    }),
  );

  const effects = network.connect(
    defineService({
      name: 'effects',
      baseUrl: 'https://effects.example',
      latency: latencies.effects,
      operations: {
        play: {
          method: 'POST',
          path: '/effects',
          input: z.object({ effectId: z.string() }),
          handle: ({ effectId }) => {
            truth.effectPlayed(effectId);
            return { ok: true };
          },
        },
      },
    }),
  );

  const moderation = network.connect(
    defineService({
      name: 'moderation',
      baseUrl: 'https://moderation.example',
      latency: latencies.moderation,
      operations: {
        /** Opens a case; the verdict comes later, over the channel. Moderators are always right. */
        report: {
          method: 'POST',
          path: '/cases',
          input: suspicionSchema,
          handle: ({ playerId }) => {
            verdicts.send({ playerId, ...truth.reported(playerId) });
            return { ok: true };
          },
        },
      },
    }),
  );

  return {
    cpu,
    gate,
    books,
    verdicts,
    storage,
    leaderboard,
    achievements,
    rewards,
    push,
    effects,
    moderation,
  };
}
