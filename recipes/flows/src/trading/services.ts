import { defineService } from '@firedrill/core/services';
import { z } from 'zod';
import { SettlementLedger } from './settlement-ledger.ts';
import type { Command, VenueEvent } from './venue.ts';

/** One entry of the regulator's journal. */
export interface JournalEntry {
  readonly id: string;
  readonly instrument: string;
  readonly sequence: number;
  readonly atMs: number;
  readonly command: Command;
  readonly events: readonly VenueEvent[];
}

/** A command as its trader knows it. */
export interface Sent {
  readonly instrument: string;
  readonly command: Command;
  readonly sentMs: number;
  /** Within every limit: nothing but a halt may refuse it. */
  readonly isInLimits: boolean;
  answer?: string;
  answeredMs?: number;
}

/** What the world outside of the exchange knows. */
export interface TradingTruth {
  readonly sent: Map<string, Sent>;
  /** By instrument, in the order of the sequence numbers; a hole is a missing entry. */
  readonly journal: Map<string, JournalEntry[]>;
  readonly ledger: SettlementLedger;
  /** How often each trade was settled. */
  readonly settled: Map<string, number>;
}

export const instruments = ['ACME', 'BOLT'] as const;
export const accounts = ['ada', 'ben', 'cem', 'dot', 'eve', 'fay', 'gus', 'hal'] as const;
/** Always buys, and wants more than it may have. */
export const bull = 'bull';

/** What each account brings along. */
export const endowment = { cash: 1e12, shares: 1_000_000 };

export function createTradingTruth(): TradingTruth {
  const ledger = new SettlementLedger();
  for (const account of [...accounts, bull]) {
    const shares = Object.fromEntries(instruments.map((name) => [name, endowment.shares]));
    ledger.deposit(account, endowment.cash, shares);
  }
  return { sent: new Map(), journal: new Map(), ledger, settled: new Map() };
}

export type TradingServices = ReturnType<typeof createTradingServices>;

/** The clearing house, the regulator and the traders, who write down what they hear. */
export function createTradingServices(
  truth: TradingTruth,
  elapsedMs: () => number,
  note: (rule: string, text: string) => void,
) {
  const clearing = defineService({
    name: 'clearing',
    baseUrl: 'https://clearing.test',
    latency: { p50Ms: 120, p99Ms: 500 },
    operations: {
      settle: {
        method: 'POST',
        path: '/settlements',
        input: z.object({
          /** Of two settlements with one reference the second changes nothing. */
          reference: z.string(),
          tradeId: z.string(),
          instrument: z.string(),
          buyer: z.string(),
          seller: z.string(),
          quantity: z.number(),
          priceTicks: z.number(),
        }),
        handle: ({ reference, tradeId, ...trade }) => {
          if (truth.ledger.settle({ ...trade, tradeId: reference }) === 'booked') {
            const times = (truth.settled.get(tradeId) ?? 0) + 1;
            truth.settled.set(tradeId, times);
            if (times > 1) note('settled-once', `${tradeId} was settled ${times} times`);
          }
          return { reference };
        },
      },
    },
  });

  const journal = defineService({
    name: 'journal',
    baseUrl: 'https://regulator.test',
    latency: { p50Ms: 10, p99Ms: 60 },
    operations: {
      append: {
        method: 'POST',
        path: '/entries',
        input: z.custom<JournalEntry>(),
        handle: (entry) => {
          let entries = truth.journal.get(entry.instrument);
          if (entries === undefined) {
            entries = [];
            truth.journal.set(entry.instrument, entries);
          }
          entries[entry.sequence - 1] ??= entry;
          return {};
        },
      },
    },
  });

  const traders = defineService({
    name: 'traders',
    baseUrl: 'https://traders.test',
    latency: { p50Ms: 5, p99Ms: 20 },
    operations: {
      report: {
        method: 'POST',
        path: '/reports',
        input: z.object({ id: z.string(), answer: z.string() }),
        handle: ({ id, answer }) => {
          const sent = truth.sent.get(id);
          if (sent !== undefined && sent.answeredMs === undefined) {
            sent.answer = answer;
            sent.answeredMs = elapsedMs();
          }
          return {};
        },
      },
    },
  });
  return { clearing, journal, traders };
}
