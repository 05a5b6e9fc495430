import type { Case, PlayerState, Score } from '../domain.ts';

/**
 * What is kept outside of the process: the rows of the players and the lines of the leaderboard.
 * Implementations reach them through the services only.
 */
export interface Store {
  row(playerId: string): PlayerState | undefined;
  /** Overwrites, whatever was there. */
  save(rows: readonly PlayerState[]): void;
  /** Overwrites what is older, by sequence number. */
  saveNewer(rows: readonly PlayerState[]): void;
  score(playerId: string): number;
  addPoints(playerId: string, points: number): void;
  putScore(playerId: string, score: number): void;
  /** Overwrites what is older, by version. */
  submitScores(scores: readonly Score[]): void;
  removeScore(playerId: string): void;
  cases(): readonly Case[];
  /** Keeps a case; one that is judged is not opened again. */
  keepCase(kept: Case): void;
  /** Lines with points, by player. */
  lines(): ReadonlyMap<string, { readonly score: number }>;
  /** The best so many, the best first. */
  top(count: number): readonly string[];
}

export function createStore(): Store {
  const rows = new Map<string, PlayerState>();
  const cases = new Map<string, Case>();
  const board = new Map<string, { score: number; version: number }>();
  const scoreOf = (playerId: string): number => board.get(playerId)?.score ?? 0;
  const put = (playerId: string, score: number): void => {
    board.set(playerId, { score, version: 0 });
  };

  return {
    row: (playerId) => rows.get(playerId),
    save(changed) {
      for (const row of changed) rows.set(row.playerId, row);
    },
    saveNewer(changed) {
      for (const row of changed) {
        const known = rows.get(row.playerId);
        if (known === undefined || known.sequence < row.sequence) rows.set(row.playerId, row);
      }
    },
    cases: () => [...cases.values()],
    keepCase(kept) {
      const known = cases.get(kept.playerId);
      if (kept.standing === 'open' && known !== undefined) return;
      cases.set(kept.playerId, kept);
    },
    score: scoreOf,
    addPoints: (playerId, points) => put(playerId, scoreOf(playerId) + points),
    putScore: put,
    submitScores(scores) {
      for (const { playerId, score, version } of scores) {
        if ((board.get(playerId)?.version ?? 0) < version) board.set(playerId, { score, version });
      }
    },
    removeScore(playerId) {
      // A late line of a player who was banned must not bring him back.
      board.set(playerId, { score: 0, version: Infinity });
    },
    lines: () => board,
    top: (count) =>
      [...board]
        .filter(([, { score }]) => score > 0)
        .toSorted(([, a], [, b]) => b.score - a.score)
        .slice(0, count)
        .map(([playerId]) => playerId),
  };
}
