import { defineChannel, defineService } from '@firedrill/core/services';
import { definePort, defineReference, type WorldContext } from '@firedrill/core/scenario';
import { z } from 'zod';
import {
  achievementsBetween,
  caseSchema,
  lanes,
  type PlayerState,
  scoreSchema,
  suspicionSchema,
  type Verdict,
} from './domain.ts';
import { latencies } from './services/latencies.ts';
import { placesOf } from './settings.ts';
import { createStore } from './services/store.ts';
import { createTickets } from './services/tickets.ts';
import { createDeeds, type Truth } from './truth.ts';
import type { Game } from './types.ts';
import { createWorld } from './world.ts';

/** A row of a player. Rows are checked by the type alone: there are thousands in one call. */
const rowSchema = z.custom<PlayerState>((row) => typeof row === 'object' && row !== null);

/** Everything outside of the shard's own code, and the truth that the rules compare with. */
export function createServices(context: WorldContext<Game>) {
  const deeds = createDeeds(context);
  const world = createWorld(context, deeds);
  const store = createStore();
  /** What the moderators found; the queue keeps it until the game has taken it. */
  const verdicts = defineChannel<Verdict>({
    name: 'verdicts',
    latency: latencies.verdicts,
    keyOf: ({ playerId }) => playerId,
    keys: 'players',
    againAfterMs: 1_000,
  });

  const storage = defineService({
    name: 'storage',
    baseUrl: 'https://storage.example',
    latency: latencies.storage,
    operations: {
      load: {
        method: 'POST',
        path: '/loads',
        input: inputs.load,
        handle: ({ playerId }) => ({ row: store.row(playerId) }),
      },
      /** Writes rows, whatever was there. */
      save: {
        method: 'POST',
        path: '/rows',
        input: inputs.save,
        handle: ({ rows }) => {
          store.save(rows);
          return { saved: rows.length };
        },
      },
      /** Writes rows unless a newer one is there. */
      saveNewer: {
        method: 'POST',
        path: '/newer-rows',
        input: inputs.saveNewer,
        handle: ({ rows }) => {
          store.saveNewer(rows);
          return { saved: rows.length };
        },
      },
    },
  });

  /** Cases of the moderators, kept by the game: whose gains are held, and who is banned. */
  const cases = defineService({
    name: 'cases',
    baseUrl: 'https://cases.example',
    latency: latencies.storage,
    operations: {
      keep: {
        method: 'POST',
        path: '/cases',
        input: caseSchema,
        handle: (kept) => {
          store.keepCase(kept);
          if (kept.standing === 'banned') deeds.putOnRecord(kept.playerId);
          return { ok: true };
        },
      },
      all: {
        method: 'POST',
        path: '/reads',
        input: inputs.all,
        handle: () => ({ cases: store.cases() }),
      },
    },
  });

  const leaderboard = defineService({
    name: 'leaderboard',
    baseUrl: 'https://leaderboard.example',
    latency: latencies.leaderboard,
    operations: {
      add: {
        method: 'POST',
        path: '/points',
        input: inputs.add,
        handle: ({ playerId, points }) => {
          store.addPoints(playerId, points);
          deeds.lineWritten(playerId, store.score(playerId));
          return { ok: true };
        },
      },
      get: {
        method: 'POST',
        path: '/reads',
        input: inputs.get,
        handle: ({ playerId }) => ({ score: store.score(playerId) }),
      },
      put: {
        method: 'POST',
        path: '/scores',
        input: inputs.put,
        handle: ({ playerId, score }) => {
          store.putScore(playerId, score);
          deeds.lineWritten(playerId, score);
          return { ok: true };
        },
      },
      /** Writes totals unless newer ones are there: doing it twice is doing it once. */
      submit: {
        method: 'POST',
        path: '/submissions',
        input: inputs.submit,
        handle: ({ scores }) => {
          store.submitScores(scores);
          for (const { playerId } of scores) deeds.lineWritten(playerId, store.score(playerId));
          return { ok: true };
        },
      },
      remove: {
        method: 'POST',
        path: '/removals',
        input: inputs.remove,
        handle: ({ playerId }) => {
          store.removeScore(playerId);
          return { ok: true };
        },
      },
    },
  });

  const achievements = defineService({
    name: 'achievements',
    baseUrl: 'https://achievements.example',
    latency: latencies.achievements,
    operations: {
      check: {
        method: 'POST',
        path: '/checks',
        input: inputs.check,
        handle: ({ before, after }) => ({
          ids: achievementsBetween(before, after).map(({ id }) => id),
        }),
      },
    },
  });

  const keys = new Set<string>();
  const rewards = defineService({
    name: 'rewards',
    baseUrl: 'https://rewards.example',
    latency: latencies.rewards,
    operations: {
      /** Grants a reward; under the same idempotency key, once. */
      grant: {
        method: 'POST',
        path: '/grants',
        input: inputs.grant,
        handle: ({ rewardId, coins, idempotencyKey }) => {
          if (idempotencyKey !== undefined) {
            if (keys.has(idempotencyKey)) return { ok: true };
            keys.add(idempotencyKey);
          }
          deeds.rewardGranted(rewardId, coins);
          return { ok: true };
        },
      },
    },
  });

  const push = defineService({
    name: 'push',
    baseUrl: 'https://push.example',
    latency: latencies.push,
    operations: {
      send: {
        method: 'POST',
        path: '/messages',
        input: inputs.send,
        handle: ({ notificationId, text }) => {
          deeds.notified(notificationId, text);
          return { accepted: true };
        },
      },
    },
  });

  const effects = defineService({
    name: 'effects',
    baseUrl: 'https://effects.example',
    latency: latencies.effects,
    operations: {
      play: {
        method: 'POST',
        path: '/effects',
        input: inputs.play,
        handle: ({ effectId }) => {
          deeds.effectPlayed(effectId);
          return { ok: true };
        },
      },
    },
  });

  const moderation = defineService({
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
          const { isCheater } = deeds.reported(playerId);
          verdicts.send({ playerId, isCheater });
          return { ok: true };
        },
      },
    },
  });

  const operations = defineService({
    name: 'operations',
    baseUrl: 'https://operations.example',
    latency: latencies.operations,
    operations: {
      /** Says what was given up on purpose, piece by piece. */
      noteShed: {
        method: 'POST',
        path: '/shed',
        input: inputs.noteShed,
        handle: ({ pieces }) => {
          for (const { lane, id } of pieces) deeds.saidShed(lane, id);
          return { ok: true };
        },
      },
    },
  });

  const logins = definePort({ name: 'logins', open: () => world.logins });
  const room = defineReference({ places: placesOf(context.settings) });
  /** What lies between those who come and the shard; nothing, unless it is turned on. */
  const door: {
    readonly tickets?: ReturnType<typeof createTickets>;
    readonly logins?: typeof logins;
    readonly room?: typeof room;
  } = context.settings.loginQueue ? { tickets: createTickets(), logins, room } : {};

  const outside = {
    cpu: definePort({ name: 'cpu', open: () => world.cpu }),
    gate: definePort({ name: 'gate', open: ({ process }) => world.openGate(process.start) }),
    link: definePort({ name: 'link', open: (process) => world.link.open(process) }),
    door,
    verdicts,
    storage,
    cases,
    leaderboard,
    achievements,
    rewards,
    push,
    effects,
    moderation,
    operations,
  };
  const { views, crowd, line, createPlayer } = world;
  const truth: Truth = {
    ...deeds,
    views,
    store,
    crowd,
    line,
    createPlayer,
    enter: (player) => world.enter(player),
  };
  return { outside, truth };
}

/** What operations take. Made once for all worlds: a new schema is compiled anew, and starts slowly. */
const inputs = {
  load: z.object({ playerId: z.string() }),
  save: z.object({ rows: z.array(rowSchema) }),
  saveNewer: z.object({ rows: z.array(rowSchema) }),
  all: z.object({}),
  add: z.object({ playerId: z.string(), points: z.int() }),
  get: z.object({ playerId: z.string() }),
  put: z.object({ playerId: z.string(), score: z.int() }),
  submit: z.object({ scores: z.array(scoreSchema) }),
  remove: z.object({ playerId: z.string() }),
  check: z.object({ before: z.int(), after: z.int() }),
  grant: z.object({
    rewardId: z.string(),
    coins: z.int(),
    idempotencyKey: z.string().optional(),
  }),
  send: z.object({ notificationId: z.string(), text: z.string() }),
  play: z.object({ effectId: z.string() }),
  noteShed: z.object({ pieces: z.array(z.object({ lane: z.enum(lanes), id: z.string() })) }),
};
