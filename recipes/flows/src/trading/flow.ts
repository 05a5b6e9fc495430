import { type DataOf, flowWords, type FlowTypes } from '@firedrill/core/flows';
import { type Client, withTimeout } from '@firedrill/core/services';
import { z } from 'zod';
import type { TradingServices } from './services.ts';
import { emptyLog, type LogEnd } from '../replay/replay-cache.ts';
import type { LoggedCommand, VenueCache, VenueEvent } from './venue.ts';

/*
 * One step owns the book of an instrument: risk, matching and the log of commands are one
 * transaction, so that nothing is matched that is not logged. What follows reaches the outside:
 *
 *   command.received > (match) > book.changed > (journal) (report)
 *                          +---> trade.executed > (settle)
 */

const whole = z.int().positive();
const anyOrder = {
  id: z.string().min(1),
  account: z.string().min(1),
  side: z.enum(['buy', 'sell']),
  quantity: whole,
};
const order = z.discriminatedUnion('kind', [
  z.object({ ...anyOrder, kind: z.literal('market') }),
  z.object({
    ...anyOrder,
    kind: z.enum(['limit', 'ioc', 'fok', 'post-only']),
    priceTicks: whole,
  }),
]);
const command = z.discriminatedUnion('do', [
  z.object({ do: z.literal('submit'), order }),
  z.object({ do: z.literal('cancel'), account: z.string(), orderId: z.string() }),
  z.object({
    do: z.literal('replace'),
    account: z.string(),
    orderId: z.string(),
    quantity: whole,
    priceTicks: whole,
  }),
]);
const change = z.object({
  id: z.string(),
  instrument: z.string(),
  sequence: whole,
  atMs: z.number(),
  command,
  events: z.custom<readonly VenueEvent[]>(Array.isArray),
});
const trade = z.object({
  tradeId: z.string(),
  instrument: z.string(),
  buyer: z.string(),
  seller: z.string(),
  quantity: whole,
  priceTicks: whole,
});

const events = {
  'command.received': z.object({ id: z.string().min(1), instrument: z.string(), command }),
  'book.changed': change,
  'trade.executed': trade,
};

interface Trading extends FlowTypes {
  readonly events: typeof events;
  readonly outside: {
    readonly [Name in keyof TradingServices]: Client<TradingServices[Name]['operations']>;
  } & { readonly venues: VenueCache };
  readonly tables: { readonly ends: LogEnd; readonly log: LoggedCommand };
}

const { step, defineFlow } = flowWords<Trading>();

/** A clearing house and a regulator are waited for as long as it takes: what was traded stays traded. */
const stubborn = {
  maxAttempts: Infinity,
  backoff: { initialMs: 200, maxMs: 10_000, factor: 2, jitter: 'full' },
} as const;
/** Through an outage one call at a time asks whether it is over. */
const breaker = {
  failureThreshold: { ratio: 0.5, minimumCalls: 10, windowMs: 10_000 },
  halfOpenAfterMs: { initialMs: 500, maxMs: 8_000 },
} as const;
/** Four times the slowest ordinary answer of the clearing house. */
const settleMs = 2_000;
const answerMs = 1_000;

export const trading = defineFlow({
  name: 'trading',
  events,
  steps: [
    step('match', {
      on: 'command.received',
      // Whoever sends a command twice, because no answer came, gets it done once.
      idempotent: { key: ({ id }) => id },
      key: ({ instrument }) => instrument,
      async run({ id, instrument, command: taken }, { tables, outside, now }) {
        const end = (await tables.get('ends', instrument)) ?? emptyLog;
        const venue =
          outside.venues.ready(instrument, end) ??
          (await outside.venues.at(instrument, end, (sequence) =>
            tables.get('log', `${instrument}#${sequence}`),
          ));
        const atMs = venue.timeOf(now());
        const happened = venue.apply(taken, atMs);
        const entry = { id, command: taken, atMs };
        const next = outside.venues.moved(instrument, end, entry);
        const { sequence } = next;
        tables.set('log', `${instrument}#${sequence}`, entry);
        tables.set('ends', instrument, next);
        const data = { id, instrument, sequence, atMs, command: taken, events: happened };
        return [{ event: 'book.changed', data }, ...tradesOf(instrument, happened)];
      },
    }),
    step('journal', {
      on: 'book.changed',
      idempotent: { byNature: 'an entry is recognised by its sequence number' },
      retry: stubborn,
      breaker,
      async run(data, { outside }) {
        await withTimeout(outside.journal, answerMs).append(data);
      },
    }),
    step('report', {
      on: 'book.changed',
      idempotent: { key: ({ id }) => id },
      retry: stubborn,
      async run({ id, events: happened }, { outside }) {
        await withTimeout(outside.traders, answerMs).report({ id, answer: answerOf(happened) });
      },
    }),
    step('settle', {
      on: 'trade.executed',
      idempotent: { key: ({ tradeId }) => tradeId },
      concurrency: 32,
      retry: stubborn,
      breaker,
      async run(data, { outside }) {
        // No answer is no "no": under the same reference it is booked once.
        await withTimeout(outside.clearing, settleMs).settle({ reference: data.tradeId, ...data });
      },
    }),
  ],
});

function tradesOf(instrument: string, happened: readonly VenueEvent[]) {
  return happened.flatMap((event) => {
    if (event.type !== 'trade.executed') return [];
    const { buyer, seller, quantity, priceTicks } = event;
    const tradeId = `${instrument}-${event.trade}`;
    const data: DataOf<Trading, 'trade.executed'> = {
      tradeId,
      instrument,
      buyer,
      seller,
      quantity,
      priceTicks,
    };
    return [{ event: 'trade.executed' as const, data }];
  });
}

/** What a trader is told of a command: `accepted`, or why not. */
export function answerOf(happened: readonly VenueEvent[]): string {
  const [first] = happened;
  return first && 'reason' in first && first.type !== 'order.cancelled' ? first.reason : 'accepted';
}
