import {
  type Achievement,
  achievements,
  congratulate,
  effectId,
  type PlayerState,
  type Profile,
  rewardId,
  type Suspicion,
} from '../../domain.ts';
import type { Outside } from '../../system.ts';
import type { Change } from '../shard/arena.ts';

/** Time limit of a call to a service of our own. */
const timeoutMs = 250;

/** Time limit of a push: what the provider's library comes with. */
const pushTimeoutMs = 5_000;

/** What follows an action in the first four implementations: calls to services of others. */
export interface SideEffects {
  saveRows(rows: readonly PlayerState[]): Promise<unknown>;
  /** Reads the score and writes it back with the points added. */
  raiseScore(change: Change): Promise<unknown>;
  /** Has the leaderboard add the points. */
  addPoints(change: Change): Promise<unknown>;
  /** Asks which achievements a change has unlocked. */
  findUnlocked(change: Change): Promise<readonly Achievement[]>;
  grantReward(profile: Profile, achievement: Achievement): Promise<unknown>;
  notify(profile: Profile, achievement: Achievement): Promise<unknown>;
  playEffect(change: Change): Promise<unknown>;
  report(suspicion: Suspicion): Promise<unknown>;
}

const pointsOf = ({ before, after }: Change): number => after.score - before.score;

export function createSideEffects(services: Outside): SideEffects {
  const { storage, leaderboard, rewards, push, effects, moderation } = services;
  return {
    saveRows: (rows) => storage.save({ rows: [...rows] }, { timeoutMs }),
    async raiseScore(change) {
      const { playerId } = change.profile;
      const { score } = await leaderboard.get({ playerId }, { timeoutMs });
      await leaderboard.put({ playerId, score: score + pointsOf(change) }, { timeoutMs });
    },
    addPoints: (change) =>
      leaderboard.add(
        { playerId: change.profile.playerId, points: pointsOf(change) },
        { timeoutMs },
      ),
    async findUnlocked({ before, after }) {
      const { ids } = await services.achievements.check(
        { before: before.defeats, after: after.defeats },
        { timeoutMs },
      );
      return achievements.filter(({ id }) => ids.includes(id));
    },
    grantReward: ({ playerId }, achievement) =>
      rewards.grant(
        { rewardId: rewardId(playerId, achievement), coins: achievement.coins },
        { timeoutMs },
      ),
    notify(profile, achievement) {
      const text = congratulate(profile, achievement);
      const notificationId = rewardId(profile.playerId, achievement);
      return push.send({ notificationId, text }, { timeoutMs: pushTimeoutMs });
    },
    playEffect: ({ input }) => effects.play({ effectId: effectId(input) }, { timeoutMs }),
    report: (suspicion) => moderation.report(suspicion, { timeoutMs }),
  };
}
