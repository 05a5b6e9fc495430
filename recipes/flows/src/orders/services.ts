import { defineService, ServiceFailure } from '@firedrill/core/services';
import { z } from 'zod';

/** What one order has come to, as the world outside knows it. */
export interface OrderTruth {
  /** Placed with everything right, with a card that pays: it can be sold. */
  readonly isSellable: boolean;
  readonly placedAtMs: number;
  charges: number;
  refunds: number;
  isReserved: boolean;
  shipments: number;
  readonly mails: string[];
  /** When the customer read that it is confirmed or undone. */
  endedAtMs?: number;
}

/** Kept by the services, for the judge. */
export interface Ledger {
  readonly orders: ReadonlyMap<string, OrderTruth>;
  readonly note: (rule: string, text: string) => void;
}

/** Articles on stock at the beginning: pots run out. */
const stockAtStart: Readonly<Record<string, number>> = { tea: 1e6, cup: 1e6, pot: 60 };

/** The services of the shop, which write down what they did. */
export function createOrderServices({ orders, note }: Ledger) {
  const truthOf = (orderId: string): OrderTruth | undefined => orders.get(orderId);
  const left = new Map(Object.entries(stockAtStart));
  const reserved = new Map<
    string,
    readonly { readonly sku: string; readonly quantity: number }[]
  >();
  const cancelled = new Set<string>();
  const charged = new Set<string>();
  const shipped = new Set<string>();
  const sent = new Set<string>();
  const refuseCancelled = (what: string): void => {
    if (cancelled.has(what)) throw new ServiceFailure(410, 'it was cancelled');
  };

  const stock = defineService({
    name: 'stock',
    baseUrl: 'https://stock.test',
    latency: { p50Ms: 15, p99Ms: 60 },
    operations: {
      reserve: {
        method: 'POST',
        path: '/reservations',
        input: z.object({
          orderId: z.string(),
          items: z.array(z.object({ sku: z.string(), quantity: z.number() })).readonly(),
        }),
        handle: ({ orderId, items }) => {
          refuseCancelled(`stock/${orderId}`);
          if (reserved.has(orderId)) return { orderId };
          const isThere = items.every(({ sku, quantity }) => (left.get(sku) ?? 0) >= quantity);
          if (!isThere) throw new ServiceFailure(409, 'not on stock');
          for (const { sku, quantity } of items) left.set(sku, (left.get(sku) ?? 0) - quantity);
          reserved.set(orderId, items);
          const truth = truthOf(orderId);
          if (truth !== undefined) truth.isReserved = true;
          return { orderId };
        },
      },
      release: {
        method: 'POST',
        path: '/reservations/:orderId/release',
        input: z.object({ orderId: z.string() }),
        handle: ({ orderId }) => {
          cancelled.add(`stock/${orderId}`);
          for (const { sku, quantity } of reserved.get(orderId) ?? []) {
            left.set(sku, (left.get(sku) ?? 0) + quantity);
          }
          reserved.delete(orderId);
          const truth = truthOf(orderId);
          if (truth !== undefined) truth.isReserved = false;
          return {};
        },
      },
    },
  });

  const payments = defineService({
    name: 'payments',
    baseUrl: 'https://payments.test',
    latency: { p50Ms: 90, p99Ms: 350 },
    operations: {
      charge: {
        method: 'POST',
        path: '/charges',
        input: z.object({ key: z.string(), card: z.string(), cents: z.number() }),
        handle: ({ key, card, cents }) => {
          refuseCancelled(`payment/${key}`);
          if (charged.has(key)) return { key, cents };
          if (card === 'declined') throw new ServiceFailure(402, 'card declined');
          charged.add(key);
          // A key is the order's, or the order's with more behind it.
          const [orderId = key] = key.split('#');
          const truth = truthOf(orderId);
          if (truth !== undefined) {
            truth.charges += 1;
            if (truth.charges > 1)
              note('charged-once', `${orderId} was charged ${truth.charges} times`);
          }
          return { key, cents };
        },
      },
      cancel: {
        method: 'POST',
        path: '/charges/:key/cancel',
        input: z.object({ key: z.string() }),
        handle: ({ key }) => {
          cancelled.add(`payment/${key}`);
          const [orderId = key] = key.split('#');
          const truth = truthOf(orderId);
          if (charged.delete(key) && truth !== undefined) truth.refunds += 1;
          return {};
        },
      },
    },
  });

  const carrier = defineService({
    name: 'carrier',
    baseUrl: 'https://carrier.test',
    latency: { p50Ms: 60, p99Ms: 250 },
    operations: {
      book: {
        method: 'POST',
        path: '/shipments',
        input: z.object({ orderId: z.string() }),
        handle: ({ orderId }) => {
          refuseCancelled(`shipment/${orderId}`);
          if (shipped.has(orderId)) return { orderId };
          shipped.add(orderId);
          const truth = truthOf(orderId);
          if (truth !== undefined) truth.shipments += 1;
          return { orderId };
        },
      },
      cancel: {
        method: 'POST',
        path: '/shipments/:orderId/cancel',
        input: z.object({ orderId: z.string() }),
        handle: ({ orderId }) => {
          cancelled.add(`shipment/${orderId}`);
          const truth = truthOf(orderId);
          if (shipped.delete(orderId) && truth !== undefined) truth.shipments -= 1;
          return {};
        },
      },
    },
  });

  const mail = defineService({
    name: 'mail',
    baseUrl: 'https://mail.test',
    latency: { p50Ms: 40, p99Ms: 150 },
    operations: {
      send: {
        method: 'POST',
        path: '/mails',
        input: z.object({
          id: z.string(),
          to: z.string(),
          orderId: z.string(),
          kind: z.enum(['confirmed', 'undone', 'thanks']),
        }),
        handle: ({ id, orderId, kind }, { nowMs }) => {
          if (sent.has(id)) return {};
          sent.add(id);
          const truth = truthOf(orderId);
          if (truth !== undefined) {
            truth.mails.push(kind);
            if (kind !== 'thanks') truth.endedAtMs ??= nowMs;
          }
          return {};
        },
      },
    },
  });

  return { stock, payments, carrier, mail };
}

export type OrderServices = ReturnType<typeof createOrderServices>;
