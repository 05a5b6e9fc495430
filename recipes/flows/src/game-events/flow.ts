import { flowWords, type FlowTypes } from '@firedrill/core/flows';
import { type Client, withTimeout } from '@firedrill/core/services';
import { z } from 'zod';
import {
  achievementNames,
  achievements,
  type Career,
  newCareer,
  scoredOnce,
  strikesOut,
} from './achievements.ts';
import { applied, type MatchState, newMatch, scoresOf } from './match.ts';
import type { GameServices } from './services.ts';

/*
 * Action, check, reward, notify. The actions of a match are taken one at a time; what follows is each its own event:
 *
 *   action.sent > (play) > action.logged > (archive)
 *                    +---> point.scored  > (achieve) > achievement.reached > (reward)
 *                    +---> cheat.seen    > (strike)  > player.banned       > (remove)
 *                    +---> match.ended   > (publish) and (rank)
 */

const action = z.object({
  id: z.string().min(1),
  match: z.string().min(1),
  player: z.string().min(1),
  number: z.int().positive(),
  what: z.enum(['move', 'shoot', 'collect', 'finish']),
  atMs: z.int().nonnegative(),
  x: z.int(),
  target: z.string(),
});
/** Place in the log of a match: by it what follows is recognised. */
const place = z.object({ match: z.string(), sequence: z.int().positive() });
const events = {
  'action.sent': action,
  'action.logged': place.extend({ action }),
  'point.scored': place.extend({ player: z.string(), what: z.enum(['hit', 'coin']) }),
  'cheat.seen': place.extend({ player: z.string(), why: z.enum(['too-fast', 'too-soon']) }),
  'match.ended': z.object({ match: z.string(), scores: z.record(z.string(), z.int()) }),
  'achievement.reached': z.object({ player: z.string(), achievement: z.enum(achievementNames) }),
  'player.banned': z.object({ player: z.string() }),
};

interface GameEvents extends FlowTypes {
  readonly events: typeof events;
  readonly outside: {
    readonly [Name in keyof GameServices]: Client<GameServices[Name]['operations']>;
  };
  readonly tables: {
    /** A match as its log has made it, and how long that is. */
    readonly matches: { readonly state: MatchState; readonly length: number };
    readonly careers: Career;
  };
}

const { step, defineFlow } = flowWords<GameEvents>();

const byPlace = {
  key: ({ match, sequence }: z.output<typeof place>) => `${match}#${sequence}`,
};
const byPlayer = ({ player }: { readonly player: string }) => player;
const stubborn = {
  maxAttempts: Infinity,
  backoff: { initialMs: 200, maxMs: 8_000, factor: 2, jitter: 'full' },
} as const;
/** Four times the slowest ordinary answer. */
const answerMs = 800;

export const gameEvents = defineFlow({
  name: 'game-events',
  events,
  steps: [
    step('play', {
      on: 'action.sent',
      idempotent: { key: ({ id }) => id },
      key: ({ match }) => match,
      concurrency: 64,
      // oxlint-disable-next-line typescript/consistent-return -- the switch knows every verdict
      async run(sent, { tables }) {
        const { match, player } = sent;
        const { state, length } = (await tables.get('matches', match)) ?? {
          state: newMatch,
          length: 0,
        };
        const at = { match, sequence: length + 1 };
        const { state: next, verdict } = applied(state, sent);
        tables.set('matches', match, { state: next, length: at.sequence });
        // All that was sent is logged, also what did nothing: the log is what a referee looks at.
        const logged = { event: 'action.logged', data: { ...at, action: sent } } as const;
        switch (verdict.kind) {
          case 'scored':
            return [logged, { event: 'point.scored', data: { ...at, player, what: verdict.what } }];
          case 'cheated':
            return [logged, { event: 'cheat.seen', data: { ...at, player, why: verdict.why } }];
          case 'over':
            return [logged, { event: 'match.ended', data: { match, scores: scoresOf(next) } }];
          case 'done':
          case 'missed':
          case 'ignored':
            return [logged];
        }
      },
    }),
    step('archive', {
      on: 'action.logged',
      idempotent: { byNature: 'a place of the log is written over by what was there' },
      concurrency: 64,
      retry: stubborn,
      async run({ match, sequence, action: logged }, { outside }) {
        const archive = withTimeout(outside.archive, answerMs);
        await archive.append({ match, sequence, action: logged });
      },
    }),
    step('achieve', {
      on: 'point.scored',
      idempotent: byPlace,
      key: byPlayer,
      concurrency: 64,
      async run({ player, what }, { tables }) {
        const before = (await tables.get('careers', player)) ?? newCareer;
        const { career, reached } = scoredOnce(before, what);
        tables.set('careers', player, career);
        return reached.map((achievement) => ({
          event: 'achievement.reached' as const,
          data: { player, achievement },
        }));
      },
    }),
    step('reward', {
      on: 'achievement.reached',
      idempotent: { key: ({ player, achievement }) => `${player} ${achievement}` },
      retry: stubborn,
      async run({ player, achievement }, { outside, tables, idempotencyKey }) {
        const career = await tables.get('careers', player);
        if ((career?.strikes ?? 0) >= strikesOut) return;
        await withTimeout(outside.wallet, answerMs).credit({
          key: idempotencyKey,
          player,
          what: achievement,
          coins: achievements[achievement].reward,
        });
      },
    }),
    step('strike', {
      on: 'cheat.seen',
      idempotent: byPlace,
      key: byPlayer,
      async run({ player, why }, { tables, log }) {
        const career = (await tables.get('careers', player)) ?? newCareer;
        const strikes = career.strikes + 1;
        tables.set('careers', player, { ...career, strikes });
        log('warn', 'an action that cannot be', { player, why, strikes });
        return strikes === strikesOut ? { event: 'player.banned', data: { player } } : undefined;
      },
    }),
    step('remove', {
      on: 'player.banned',
      idempotent: { key: byPlayer },
      retry: stubborn,
      async run({ player }, { outside }) {
        await withTimeout(outside.leaderboard, answerMs).remove({ player });
      },
    }),
    step('publish', {
      on: 'match.ended',
      idempotent: { key: ({ match }) => match },
      retry: stubborn,
      async run({ match, scores }, { outside }) {
        await withTimeout(outside.archive, answerMs).result({ match, scores });
      },
    }),
    step('rank', {
      on: 'match.ended',
      idempotent: { key: ({ match }) => match },
      retry: stubborn,
      async run({ match, scores }, { outside }) {
        const leaderboard = withTimeout(outside.leaderboard, answerMs);
        const all = Object.entries(scores);
        await Promise.all(
          all.map(([player, points]) => leaderboard.submit({ player, match, points })),
        );
      },
    }),
  ],
});
