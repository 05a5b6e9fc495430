import { faultsSince, type WorldContext } from '@firedrill/core/scenario';
import type { Game } from '../types.ts';

/** How soon after a deed its reward is there, and how long after it somebody is still congratulated. */
export interface Timeliness {
  /** A deed has earned this reward, and a congratulation. */
  promised(rewardId: string, deedId: string): void;
  /** A deed has reached the gate. */
  arrived(deedId: string): void;
  granted(rewardId: string): void;
  congratulated(rewardId: string): void;
  /** Rewards that came later than within their limit. */
  readonly lateRewards: number;
  /** Congratulations that were sent when their moment had long passed. */
  readonly stalePushes: number;
}

/** A reward is there within this, in ms from the arrival of its deed: time for six retries, each twice as late. */
const rewardWithinMs = 10_000;

/** Nobody is congratulated later than this, in ms from the arrival of the deed. */
const freshForMs = 25_000;

/**
 * Who takes part in a reward: what is held for a suspect waits for the moderators, and a shard that comes back
 * for the rows of its players.
 */
const granting = new Set(['rewards', 'storage', 'cases', 'moderation', 'verdicts', 'app']);

/** Fewer calls than this that fail now and then are what retries are for. */
const seldom = 0.1;

/**
 * @param isHeld whether the gains of a player wait for a verdict
 */
export function createTimeliness(
  context: WorldContext<Game>,
  isHeld: (rewardId: string) => boolean,
): Timeliness {
  const { elapsedMs, violate } = context;
  /** What each deed has earned that has not arrived. */
  const earnedBy = new Map<string, string[]>();
  const deedAtMs = new Map<string, number>();
  let lateRewards = 0;
  let stalePushes = 0;

  const couldGrant = (sinceMs: number): boolean =>
    !faultsSince(context, sinceMs).some(
      ({ service, share = 1, of }) => granting.has(service) && (share >= seldom || of === 'keys'),
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
    },
    granted(rewardId) {
      const late = lateMs(rewardId);
      if (late <= rewardWithinMs || isHeld(rewardId) || !couldGrant(elapsedMs() - late)) return;
      lateRewards += 1;
      violate('rewards-soon', `${rewardId} is granted ${seconds(late)} after the deed`);
    },
    congratulated(rewardId) {
      const late = lateMs(rewardId);
      const sinceMs = elapsedMs() - late;
      if (late <= freshForMs || !couldKnow(sinceMs)) return;
      if (late <= freshForMs + underWayMs(sinceMs)) return;
      stalePushes += 1;
      violate('no-stale-push', `${rewardId} is congratulated for ${seconds(late)} after the deed`);
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
