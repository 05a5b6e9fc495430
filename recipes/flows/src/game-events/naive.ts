import { type Client, withTimeout } from '@firedrill/core/services';
import type { Action } from './match.ts';
import type { GameServices } from './services.ts';

type Outside = {
  readonly [Name in keyof GameServices]: Client<GameServices[Name]['operations']>;
};

/**
 * Points are added to a number in memory as they come, twice when they come twice, and what a client says of
 * itself is believed. The log is written when there is time; a reward that had no answer is given again.
 */
export function naiveGame(outside: Outside) {
  const { archive, wallet, leaderboard } = outside;
  const positions = new Map<string, number>();
  const points = new Map<string, Map<string, number>>();
  const hits = new Map<string, number>();
  const coins = new Map<string, number>();
  const pending = new Set<Promise<unknown>>();
  let entries = 0;
  let rewards = 0;

  const inBackground = (work: Promise<unknown>): void => {
    const done = work.catch(() => {}).finally(() => pending.delete(done));
    pending.add(done);
  };

  async function reward(player: string, what: string, amount: number): Promise<void> {
    for (let left = 2; left >= 0; left -= 1) {
      try {
        rewards += 1;
        const credit = { key: `reward-${rewards}`, player, what, coins: amount };
        await withTimeout(wallet, 800).credit(credit);
        return;
      } catch {
        // Once more, then.
      }
    }
  }

  function score({ match, player }: Action, amount: number): void {
    const scores = points.get(match) ?? new Map<string, number>();
    points.set(match, scores.set(player, (scores.get(player) ?? 0) + amount));
    const counts = amount === 10 ? hits : coins;
    const count = (counts.get(player) ?? 0) + 1;
    counts.set(player, count);
    if (amount === 10 && count === 1) inBackground(reward(player, 'first-hit', 10));
    if (amount === 10 && count === 8) inBackground(reward(player, 'sharpshooter', 50));
    if (amount === 5 && count === 6) inBackground(reward(player, 'collector', 30));
  }

  return {
    act(action: Action): void {
      const { match, player, what, x, target } = action;
      entries += 1;
      inBackground(withTimeout(archive, 800).append({ match, sequence: entries, action }));
      if (what === 'finish') {
        const scores = Object.fromEntries(points.get(match) ?? []);
        inBackground(withTimeout(archive, 800).result({ match, scores }));
        for (const [name, amount] of Object.entries(scores)) {
          const submitted = { player: name, match, points: amount };
          inBackground(withTimeout(leaderboard, 800).submit(submitted));
        }
        return;
      }
      positions.set(`${match} ${player}`, x);
      const other = positions.get(`${match} ${target}`);
      if (what === 'shoot' && other !== undefined && Math.abs(other - x) <= 40) score(action, 10);
      if (what === 'collect') score(action, 5);
    },
    async onIdle(): Promise<void> {
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}
