import { faultsSince, type WorldContext } from '@firedrill/core/scenario';
import type { Game } from '../types.ts';
import { promiseOf } from './law.ts';

/** How soon after a deed its reward is there and its score on the leaderboard, and how long after it somebody is still congratulated. */
export interface Timeliness {
  /** A deed has earned this reward, and a congratulation. */
  promised(rewardId: string, deedId: string): void;
  /** A deed has reached the gate. */
  arrived(deedId: string): void;
  granted(rewardId: string): void;
  /** A deed has brought a player to this score. */
  scored(playerId: string, score: number, deedId: string): void;
  /** The leaderboard shows this score of a player. */
  lineWritten(playerId: string, score: number): void;
  congratulated(rewardId: string): void;
  /** Rewards that came later than within their limit. */
  readonly lateRewards: number;
  /** Scores that came on the leaderboard later than within their limit. */
  readonly lateLines: number;
  /** Congratulations that were sent when their moment had long passed. */
  readonly stalePushes: number;
}

/** A score is on the leaderboard within this, in ms from the arrival of its deed. */
const lineWithinMs = 10_000;

/** A reward is there within this, in ms from the arrival of its deed: time for six retries, each twice as late. */
const rewardWithinMs = 10_000;

/** Nobody is congratulated later than this, in ms from the arrival of the deed. */
const freshForMs = 25_000;

/**
 * Who takes part in a reward: what is held for a suspect waits for the moderators, and a shard that comes back
 * for the rows of its players.
 */
const granting = new Set(['rewards', 'storage', 'cases', 'moderation', 'verdicts', 'app']);

/** Who takes part in a line of the leaderboard. */
const listing = new Set([...granting, 'leaderboard']);

/** Fewer calls than this that fail now and then are what retries are for. */
const seldom = 0.1;

/**
 * @param isHeld whether the gains of a player wait for a verdict
 */
export function createTimeliness(
  context: WorldContext<Game>,
  isHeld: (playerId: string) => boolean,
): Timeliness {
  const { elapsedMs, violate } = context;
  /** What each deed has earned that has not arrived. */
  const earnedBy = new Map<string, string[]>();
  const deedAtMs = new Map<string, number>();
  /** Deeds that have scored, and have not arrived. */
  const scoring = new Set<string>();
  /** What each player has scored and is not on the leaderboard, the lowest first. */
  const unlisted = new Map<string, { readonly score: number; readonly deedId: string }[]>();
  const scoredAtMs = new Map<string, number>();
  let lateRewards = 0;
  let lateLines = 0;
  let stalePushes = 0;

  const couldAll = (who: ReadonlySet<string>, sinceMs: number): boolean =>
    !faultsSince(context, sinceMs).some(
      ({ service, share = 1, of }) => who.has(service) && (share >= seldom || of === 'keys'),
    );

  /** What the network has doubled or delayed was sent in time; and who has a wrong clock cannot know. */
  const couldKnow = (sinceMs: number): boolean =>
    !faultsSince(context, sinceMs).some(
      ({ kind, service }) =>
        kind === 'clock' || (service === 'push' && (kind === 'duplicate' || kind === 'reorder')),
    );

  /** For how long one that was sent in time may have been under way: so long, a fault says, each call takes. */
  const underWayMs = (sinceMs: number): number =>
    Math.max(
      0,
      ...faultsSince(context, sinceMs).map((fault) =>
        fault.service === 'push' &&
        fault.kind === 'slow' &&
        fault.latency !== undefined &&
        'fixedMs' in fault.latency
          ? fault.latency.fixedMs
          : 0,
      ),
    );

  const lateMs = (rewardId: string): number =>
    elapsedMs() - (deedAtMs.get(rewardId) ?? elapsedMs());

  return {
    promised(rewardId, deedId) {
      earnedBy.set(deedId, [...(earnedBy.get(deedId) ?? []), rewardId]);
    },
    arrived(deedId) {
      for (const rewardId of earnedBy.get(deedId) ?? []) deedAtMs.set(rewardId, elapsedMs());
      earnedBy.delete(deedId);
      if (scoring.delete(deedId)) scoredAtMs.set(deedId, elapsedMs());
    },
    granted(rewardId) {
      const late = lateMs(rewardId);
      if (late <= rewardWithinMs || isHeld(promiseOf(rewardId).playerId)) return;
      if (!couldAll(granting, elapsedMs() - late)) return;
      lateRewards += 1;
      violate('rewards-soon', `${rewardId} is granted ${seconds(late)} after the deed`);
    },
    scored(playerId, score, deedId) {
      scoring.add(deedId);
      const own = unlisted.get(playerId);
      if (own === undefined) unlisted.set(playerId, [{ score, deedId }]);
      else own.push({ score, deedId });
    },
    lineWritten(playerId, score) {
      const own = unlisted.get(playerId) ?? [];
      while (own[0] !== undefined && own[0].score <= score) {
        const [{ deedId } = own[0]] = own.splice(0, 1);
        const sinceMs = scoredAtMs.get(deedId) ?? elapsedMs();
        scoredAtMs.delete(deedId);
        const late = elapsedMs() - sinceMs;
        if (late <= lineWithinMs || isHeld(playerId) || !couldAll(listing, sinceMs)) continue;
        lateLines += 1;
        violate('leaderboard-soon', `${score} points of ${playerId} come ${seconds(late)} late`);
      }
    },
    congratulated(rewardId) {
      const late = lateMs(rewardId);
      const sinceMs = elapsedMs() - late;
      if (late <= freshForMs || !couldKnow(sinceMs)) return;
      if (late <= freshForMs + underWayMs(sinceMs)) return;
      stalePushes += 1;
      violate('no-stale-push', `${rewardId} is congratulated for ${seconds(late)} after the deed`);
    },
    get lateLines() {
      return lateLines;
    },
    get lateRewards() {
      return lateRewards;
    },
    get stalePushes() {
      return stalePushes;
    },
  };
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
