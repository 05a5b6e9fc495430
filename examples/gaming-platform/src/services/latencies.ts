/** What each call takes on an ordinary day. */
export const latencies = {
  storage: { p50Ms: 2, p99Ms: 6 },
  leaderboard: { p50Ms: 1, p99Ms: 3 },
  achievements: { p50Ms: 1, p99Ms: 3 },
  rewards: { p50Ms: 3, p99Ms: 10 },
  push: { p50Ms: 10, p99Ms: 30 },
  effects: { p50Ms: 1, p99Ms: 3 },
  moderation: { p50Ms: 5, p99Ms: 20 },
  operations: { p50Ms: 2, p99Ms: 6 },
  /** Moderators watch a recording before they judge. */
  verdicts: { p50Ms: 10_000, p99Ms: 30_000 },
} as const;
