import { defineService } from '@firedrill/core/services';
import { z } from 'zod';
import type { Action } from './match.ts';

/** Kept by the services, for the judge. */
export interface Ledger {
  /** Logs of the matches: action by sequence number. */
  readonly logs: Map<string, Map<number, Action>>;
  /** Scores that the players were told at the end. */
  readonly results: Map<string, Readonly<Record<string, number>>>;
  /** Every credit of the wallet: who, and what for. */
  readonly credits: { readonly player: string; readonly what: string; readonly coins: number }[];
  /** Points of the leaderboard by player and match. */
  readonly board: Map<string, Map<string, number>>;
  readonly onResult: (match: string) => void;
}

/** The archive, the wallet and the leaderboard, which write down what they did. */
export function createGameServices({ logs, results, credits, board, onResult }: Ledger) {
  const paid = new Set<string>();
  const removed = new Set<string>();

  const archive = defineService({
    name: 'archive',
    baseUrl: 'https://archive.test',
    latency: { p50Ms: 15, p99Ms: 80 },
    operations: {
      append: {
        method: 'PUT',
        path: '/logs/:match/:sequence',
        input: z.object({
          match: z.string(),
          sequence: z.coerce.number(),
          action: z.custom<Action>(),
        }),
        handle: ({ match, sequence, action }) => {
          const log = logs.get(match) ?? new Map<number, Action>();
          logs.set(match, log.set(sequence, action));
          return {};
        },
      },
      result: {
        method: 'PUT',
        path: '/results/:match',
        input: z.object({ match: z.string(), scores: z.record(z.string(), z.number()) }),
        handle: ({ match, scores }) => {
          if (!results.has(match)) onResult(match);
          results.set(match, scores);
          return {};
        },
      },
    },
  });

  const wallet = defineService({
    name: 'wallet',
    baseUrl: 'https://wallet.test',
    latency: { p50Ms: 40, p99Ms: 200 },
    operations: {
      credit: {
        method: 'POST',
        path: '/credits',
        input: z.object({
          key: z.string(),
          player: z.string(),
          what: z.string(),
          coins: z.int().positive(),
        }),
        handle: ({ key, ...credit }) => {
          if (paid.has(key)) return {};
          paid.add(key);
          credits.push(credit);
          return {};
        },
      },
    },
  });

  const leaderboard = defineService({
    name: 'leaderboard',
    baseUrl: 'https://leaderboard.test',
    latency: { p50Ms: 20, p99Ms: 100 },
    operations: {
      submit: {
        method: 'PUT',
        path: '/scores',
        input: z.object({ player: z.string(), match: z.string(), points: z.int() }),
        handle: ({ player, match, points }) => {
          // Who was removed stays so, though a score comes late.
          if (removed.has(player)) return {};
          board.set(player, (board.get(player) ?? new Map<string, number>()).set(match, points));
          return {};
        },
      },
      remove: {
        method: 'POST',
        path: '/removals',
        input: z.object({ player: z.string() }),
        handle: ({ player }) => {
          removed.add(player);
          board.delete(player);
          return {};
        },
      },
    },
  });

  return { archive, wallet, leaderboard };
}

export type GameServices = ReturnType<typeof createGameServices>;
