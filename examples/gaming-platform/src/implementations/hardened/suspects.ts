import type { Suspicion } from '../../domain.ts';
import type { Services } from '../../services.ts';
import type { FollowUps } from './follow-ups.ts';

/**
 * Players who wait for the verdict of the moderators. They play on, and their state is kept as
 * everybody's; what they gain (rewards, places on the leaderboard) is held until then.
 *
 * free ──suspect──> held ──verdict: honest──> cleared, with all that was held
 *                     └────verdict: cheater──> banned, and what was held is dropped
 */
export interface Suspects {
  suspect(suspicion: Suspicion): void;
  /** Does something for a player now, or when he is cleared, or never. */
  gain(playerId: string, give: () => void): void;
  /** Verdicts that have not come. */
  readonly held: number;
}

type Standing =
  | { readonly kind: 'held'; readonly gains: (() => void)[] }
  | { readonly kind: 'judged'; readonly isBanned: boolean };

export function createSuspects(
  { verdicts }: Services,
  followUps: FollowUps,
  ban: (playerId: string) => void,
): Suspects {
  const standings = new Map<string, Standing>();
  let held = 0;

  verdicts.onMessage(({ playerId, isCheater }) => {
    const standing = standings.get(playerId);
    if (standing?.kind !== 'held') return;
    standings.set(playerId, { kind: 'judged', isBanned: isCheater });
    held -= 1;
    if (isCheater) ban(playerId);
    else for (const give of standing.gains) give();
  });

  return {
    suspect(suspicion) {
      const { playerId } = suspicion;
      // Who was cleared once is not accused of being good again; what is refused stays refused.
      if (standings.has(playerId)) return;
      standings.set(playerId, { kind: 'held', gains: [] });
      held += 1;
      followUps.suspicionRaised(suspicion);
    },
    gain(playerId, give) {
      const standing = standings.get(playerId);
      if (standing === undefined) give();
      else if (standing.kind === 'held') standing.gains.push(give);
      else if (!standing.isBanned) give();
    },
    get held() {
      return held;
    },
  };
}
