/** What players have done over all matches, and what they get for it. */

export interface Career {
  readonly hits: number;
  readonly coins: number;
  /** Names of those that were reached, in that order. */
  readonly achievements: readonly Achievement[];
  readonly strikes: number;
}

export const achievements = {
  'first-hit': { hits: 1, coins: 0, reward: 10 },
  sharpshooter: { hits: 8, coins: 0, reward: 50 },
  collector: { hits: 0, coins: 6, reward: 30 },
} as const;
export type Achievement = keyof typeof achievements;
export const achievementNames = ['first-hit', 'sharpshooter', 'collector'] as const;

/** So many impossible actions are no accident. */
export const strikesOut = 3;

export const newCareer: Career = { hits: 0, coins: 0, achievements: [], strikes: 0 };

/** The career after one more hit or coin, and what was reached with it. */
export function scoredOnce(
  career: Career,
  what: 'hit' | 'coin',
): { readonly career: Career; readonly reached: readonly Achievement[] } {
  const hits = career.hits + (what === 'hit' ? 1 : 0);
  const coins = career.coins + (what === 'coin' ? 1 : 0);
  const reached = achievementNames.filter((name) => {
    const needed = achievements[name];
    return !career.achievements.includes(name) && hits >= needed.hits && coins >= needed.coins;
  });
  return {
    career: { ...career, hits, coins, achievements: [...career.achievements, ...reached] },
    reached,
  };
}
