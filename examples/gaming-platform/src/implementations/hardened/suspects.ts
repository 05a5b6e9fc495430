import type { Case, Suspicion } from '../../domain.ts';
import type { Context } from '../../system.ts';
import type { FollowUps } from './follow-ups.ts';

/**
 * Players who wait for the verdict of the moderators. They play on; what they gain (rewards, places on
 * the leaderboard) is held until then. A verdict that does not come is asked for again.
 *
 * free ──suspect──> held ──verdict: honest──> cleared, with all that was held
 *                     └────verdict: cheater──> banned, and what was held is dropped
 *
 * One that comes back after a crash does not know who is held. Until the cases are there everybody is: they play
 * on, and what they gain waits.
 */
export interface Suspects {
  suspect(suspicion: Suspicion): void;
  /** Does something for a player now, or when he is cleared; or drops it, when he is banned. */
  gain(playerId: string, give: () => void, drop: () => void): void;
  isBanned(playerId: string): boolean;
  /** Takes up the cases that a process before this one has left and nobody here knows, and what waited for them. */
  resume(cases: readonly Case[]): void;
  /** Verdicts that have not come. */
  readonly held: number;
  /** Hears no more verdicts. */
  close(): void;
}

interface Gain {
  readonly give: () => void;
  readonly drop: () => void;
}

type Standing =
  | { readonly kind: 'held'; readonly suspicion: Suspicion; askedAtMs: number; gains: Gain[] }
  | { readonly kind: 'judged'; readonly isBanned: boolean };

/** By then the slowest of a thousand verdicts has come; after that it is asked for again. */
const verdictDueMs = 40_000;
const lookEveryMs = 5_000;

export function createSuspects(
  { outside, clock }: Context,
  followUps: FollowUps,
  ban: (playerId: string) => void,
): Suspects {
  const standings = new Map<string, Standing>();
  let held = 0;
  /** What waits for the cases; `undefined` once they are known. */
  let early: (() => void)[] | undefined = [];

  function hold(suspicion: Suspicion): void {
    const { playerId } = suspicion;
    standings.set(playerId, { kind: 'held', suspicion, askedAtMs: clock.elapsedMs(), gains: [] });
    held += 1;
    followUps.suspicionRaised(suspicion);
  }

  function banned(playerId: string): void {
    standings.set(playerId, { kind: 'judged', isBanned: true });
    ban(playerId);
  }

  const stopListening = outside.verdicts.onMessage(({ playerId, isCheater }) => {
    const standing = standings.get(playerId);
    if (standing?.kind !== 'held') return;
    held -= 1;
    const { suspicion, gains } = standing;
    followUps.caseJudged({ ...suspicion, standing: isCheater ? 'banned' : 'cleared' });
    if (isCheater) banned(playerId);
    else standings.set(playerId, { kind: 'judged', isBanned: false });
    for (const { give, drop } of gains) (isCheater ? drop : give)();
  });

  const timer = setInterval(() => {
    const nowMs = clock.elapsedMs();
    for (const standing of standings.values()) {
      if (standing.kind !== 'held' || nowMs - standing.askedAtMs < verdictDueMs) continue;
      standing.askedAtMs = nowMs;
      followUps.suspicionRaised(standing.suspicion);
    }
  }, lookEveryMs);

  function suspect(suspicion: Suspicion): void {
    // Who was cleared once is not accused of being good again; what is refused stays refused.
    if (!standings.has(suspicion.playerId)) hold(suspicion);
  }

  function gain(playerId: string, give: () => void, drop: () => void): void {
    const standing = standings.get(playerId);
    if (standing === undefined) give();
    else if (standing.kind === 'held') standing.gains.push({ give, drop });
    else if (standing.isBanned) drop();
    else give();
  }

  return {
    suspect(suspicion) {
      if (early === undefined) suspect(suspicion);
      else early.push(() => suspect(suspicion));
    },
    gain(playerId, give, drop) {
      if (early === undefined) gain(playerId, give, drop);
      else early.push(() => gain(playerId, give, drop));
    },
    isBanned(playerId) {
      const standing = standings.get(playerId);
      return standing?.kind === 'judged' && standing.isBanned;
    },
    resume(cases) {
      for (const { playerId, evidence, standing } of cases) {
        if (standings.has(playerId)) continue;
        if (standing === 'open') hold({ playerId, evidence });
        else if (standing === 'banned') banned(playerId);
        else standings.set(playerId, { kind: 'judged', isBanned: false });
      }
      const waiting = early ?? [];
      early = undefined;
      for (const each of waiting) each();
    },
    get held() {
      return held;
    },
    close() {
      clearInterval(timer);
      stopListening();
    },
  };
}
