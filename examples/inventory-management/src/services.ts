import { type ConnectionPool, createConnectionPool, defineService } from '@firedrill/core/services';
import type { PhaseContext } from '@firedrill/core/scenario';
import { z } from 'zod';
import { createCatalogue } from './catalogue.ts';
import { type StockUpdate, stockUpdateSchema } from './domain.ts';
import type { Settings } from './settings.ts';
import { createStock } from './stock.ts';
import { createTruth } from './truth.ts';

/** Everybody who wants to know when the stock of a product changes, and how long telling takes. */
export const downstreamLatencies = {
  search: { p50Ms: 40, p99Ms: 120 },
  pricing: { p50Ms: 30, p99Ms: 90 },
  recommendations: { p50Ms: 60, p99Ms: 180 },
  warehouse: { p50Ms: 70, p99Ms: 200 },
  catalogue: { p50Ms: 35, p99Ms: 100 },
  marketplace: { p50Ms: 90, p99Ms: 260 },
  ads: { p50Ms: 60, p99Ms: 160 },
  analytics: { p50Ms: 40, p99Ms: 110 },
  replenishment: { p50Ms: 80, p99Ms: 220 },
  pickup: { p50Ms: 45, p99Ms: 120 },
  alerts: { p50Ms: 50, p99Ms: 140 },
  partners: { p50Ms: 100, p99Ms: 300 },
} as const;

export type Downstream = keyof typeof downstreamLatencies;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of the constant above
export const downstreamNames = Object.keys(downstreamLatencies) as readonly Downstream[];

/** What each call of an order takes on an ordinary day. */
export const latencies = {
  stock: { p50Ms: 3, p99Ms: 10 },
  payments: { p50Ms: 180, p99Ms: 450 },
  shipping: { p50Ms: 120, p99Ms: 350 },
  mail: { p50Ms: 80, p99Ms: 200 },
} as const;

/** Names of the services, for faults: `--fault search:error@9:05-9:15`. */
export const serviceNames = ['stock', 'payments', 'shipping', 'mail', ...downstreamNames] as const;

/** Everything outside our process, and the truth that the checks compare with. */
export type Services = ReturnType<typeof createServices>;

const place = { shard: z.string(), productId: z.string() };
const onReservation = { ...place, reservationId: z.string() };

export function createServices(context: PhaseContext<Settings>) {
  const { network, random, settings } = context;
  const catalogue = createCatalogue(settings, random('product-names'));
  const stock = createStock(context, catalogue.all);
  const truth = createTruth(context, catalogue.all, downstreamNames, (productId) =>
    stock.level(productId),
  );
  const pools: ConnectionPool[] = [];

  /** Opens connections to the database, or to one of its shards. */
  function connections(name: string, size: number): ConnectionPool {
    const pool = createConnectionPool({
      name,
      size,
      maxWaiters: 5 * size,
      acquireTimeoutMs: settings.acquireTimeoutMs,
    });
    pools.push(pool);
    return pool;
  }

  const database = network.connect(
    defineService({
      name: 'stock',
      baseUrl: 'https://stock.example',
      latency: latencies.stock,
      operations: {
        read: {
          method: 'POST',
          path: '/reads',
          input: z.object(place),
          handle: (at) => stock.read(at),
        },
        write: {
          method: 'POST',
          path: '/writes',
          input: z.object({
            ...place,
            available: z.int(),
            movement: z.discriminatedUnion('kind', [
              z.object({ kind: z.literal('sell'), quantity: z.int() }),
              z.object({
                kind: z.literal('hold'),
                reservationId: z.string(),
                quantity: z.int(),
              }),
              z.object({
                kind: z.literal('give-back'),
                reservationId: z.string(),
                as: z.enum(['released', 'expired']),
              }),
            ]),
          }),
          handle: ({ available, movement, ...at }) => stock.write(at, available, movement),
        },
        sell: {
          method: 'POST',
          path: '/sales',
          input: z.object({ reservationId: z.string() }),
          handle({ reservationId }) {
            stock.sell(reservationId);
            return { sold: true };
          },
        },
        reserve: {
          method: 'POST',
          path: '/reservations',
          input: z.object({ ...onReservation, quantity: z.int(), version: z.int() }),
          handle: ({ shard, productId, ...wish }) => stock.reserve({ shard, productId }, wish),
        },
        claim: {
          method: 'POST',
          path: '/claims',
          input: z.object(onReservation),
          handle: ({ reservationId, ...at }) => stock.claim(at, reservationId),
        },
        end: {
          method: 'POST',
          path: '/ends',
          input: z.object({
            ...onReservation,
            from: z.enum(['held', 'claimed']),
            as: z.enum(['sold', 'released', 'expired']),
          }),
          handle: ({ shard, productId, ...ending }) => stock.end({ shard, productId }, ending),
        },
        find: {
          method: 'POST',
          path: '/lookups',
          input: z.object(onReservation),
          handle: ({ reservationId, ...at }) => stock.find(at, reservationId),
        },
      },
    }),
  );

  const payments = network.connect(
    defineService({
      name: 'payments',
      baseUrl: 'https://payments.example',
      latency: latencies.payments,
      operations: {
        charge: {
          method: 'POST',
          path: '/charges',
          input: z.object({ orderId: z.string(), key: z.string(), amountCents: z.int() }),
          handle: (input) => truth.charge(input),
        },
        refund: {
          method: 'POST',
          path: '/refunds',
          input: z.object({ key: z.string() }),
          handle({ key }) {
            truth.refund(key);
            return { refunded: true };
          },
        },
        find: {
          method: 'POST',
          path: '/lookups',
          input: z.object({ key: z.string() }),
          handle: ({ key }) => truth.findCharge(key),
        },
      },
    }),
  );

  const shipping = network.connect(
    defineService({
      name: 'shipping',
      baseUrl: 'https://shipping.example',
      latency: latencies.shipping,
      operations: {
        ship: {
          method: 'POST',
          path: '/parcels',
          input: z.object({
            orderId: z.string(),
            key: z.string(),
            productId: z.string(),
            quantity: z.int(),
          }),
          handle(input) {
            truth.ship(input);
            return { accepted: true };
          },
        },
        recall: {
          method: 'POST',
          path: '/recalls',
          input: z.object({ key: z.string() }),
          handle({ key }) {
            truth.recall(key);
            return { recalled: true };
          },
        },
        find: {
          method: 'POST',
          path: '/lookups',
          input: z.object({ key: z.string() }),
          handle: ({ key }) => ({ exists: truth.hasParcel(key) }),
        },
      },
    }),
  );

  const mail = network.connect(
    defineService({
      name: 'mail',
      baseUrl: 'https://mail.example',
      latency: latencies.mail,
      operations: {
        confirm: {
          method: 'POST',
          path: '/confirmations',
          input: z.object({ orderId: z.string() }),
          handle({ orderId }) {
            truth.mailSent(orderId);
            return { sent: true };
          },
        },
      },
    }),
  );

  const downstreams = downstreamNames.map((name) => ({
    name,
    ...network.connect(
      defineService({
        name,
        baseUrl: `https://${name}.example`,
        latency: downstreamLatencies[name],
        operations: {
          update: {
            method: 'POST',
            path: '/updates',
            input: stockUpdateSchema,
            handle(update: StockUpdate) {
              truth.updated(name, update);
              return { received: true };
            },
          },
        },
      }),
    ),
  }));

  return {
    catalogue,
    stock,
    truth,
    pools,
    connections,
    database,
    payments,
    shipping,
    mail,
    downstreams,
  };
}
