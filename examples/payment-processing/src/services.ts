import {
  type Channel,
  type ConnectionPool,
  createConnectionPool,
  defineService,
} from '@firedrill/core/services';
import type { PhaseContext } from '@firedrill/core/scenario';
import { z } from 'zod';
import { createBooks } from './books.ts';
import { type GatewayCallback, type Region, type Webhook, webhookSchema } from './domain.ts';
import { createTruth } from './truth.ts';
import { createMerchants } from './merchants.ts';
import type { Settings } from './settings.ts';

/** Names of the services, for faults: `--fault webhooks:hang@14:18-14:30`. */
export const serviceNames = [
  'fraud',
  'gateway-us',
  'gateway-eu',
  'gateway-apac',
  'gateway-callbacks',
  'database',
  'webhooks',
  'analytics',
  'audit',
  'risk',
  'notifications',
] as const;

/** What each call takes on an ordinary day. */
export const latencies = {
  fraud: { p50Ms: 20, p99Ms: 50 },
  authorize: { p50Ms: 70, p99Ms: 150 },
  capture: { p50Ms: 50, p99Ms: 110 },
  'gateway-callbacks': { p50Ms: 400, p99Ms: 2_500 },
  database: { p50Ms: 2, p99Ms: 6 },
  webhooks: { p50Ms: 120, p99Ms: 400 },
  analytics: { p50Ms: 120, p99Ms: 300 },
  audit: { p50Ms: 60, p99Ms: 150 },
  risk: { p50Ms: 180, p99Ms: 450 },
  notifications: { p50Ms: 100, p99Ms: 250 },
} as const;

/** Everything outside our process, and the truth that the checks compare with. */
export type Services = ReturnType<typeof createServices>;

/** Cards that their bank declines. */
const cardDeclineShare = 0.01;

/** Payments that the scoring service finds suspicious enough to decline. */
const suspiciousShare = 0.02;

export function createServices(
  context: PhaseContext<Settings>,
  isSick: (merchantId: string) => boolean,
) {
  const { network, settings, random } = context;
  const merchants = createMerchants(settings, random('merchant-names'));
  const truth = createTruth(context, isSick);
  const books = createBooks(context);
  const callbacks: Channel<GatewayCallback> = network.channel<GatewayCallback>({
    name: 'gateway-callbacks',
    latency: latencies['gateway-callbacks'],
  });
  const pool: ConnectionPool = createConnectionPool({
    name: 'database',
    size: settings.connections,
    maxWaiters: settings.connections,
    acquireTimeoutMs: settings.acquireTimeoutMs,
  });

  const fraudScores = random('fraud-scores');
  const fraud = network.connect(
    defineService({
      name: 'fraud',
      baseUrl: 'https://fraud.example',
      latency: latencies.fraud,
      operations: {
        score: {
          method: 'POST',
          path: '/scores',
          input: z.object({ orderId: z.string(), amountCents: z.int() }),
          handle: () => ({
            score: fraudScores.chance(suspiciousShare)
              ? 0.8 + 0.2 * fraudScores.next()
              : 0.8 * fraudScores.next(),
          }),
        },
      },
    }),
  );

  const gateway = (region: Region) =>
    network.connect(
      defineService({
        name: `gateway-${region}`,
        baseUrl: `https://${region}.gateway.example`,
        latency: latencies.authorize,
        operations: {
          authorize: {
            method: 'POST',
            path: '/authorizations',
            input: z.object({
              orderId: z.string(),
              paymentId: z.string(),
              merchantId: z.string(),
              amountCents: z.int(),
              idempotencyKey: z.string(),
            }),
            handle: (input) => truth.authorize(input, cardDeclineShare),
          },
          capture: {
            method: 'POST',
            path: '/captures',
            latency: latencies.capture,
            input: z.object({ authorizationId: z.string() }),
            handle: ({ authorizationId }) => {
              const { charge, isNew } = truth.capture(authorizationId);
              if (isNew) callbacks.send(charge);
              return { chargeId: charge.chargeId };
            },
          },
          lookup: {
            method: 'POST',
            path: '/lookups',
            input: z.object({ idempotencyKey: z.string() }),
            handle: ({ idempotencyKey }) => truth.lookup(idempotencyKey),
          },
        },
      }),
    );
  const gateways = {
    us: gateway('us'),
    eu: gateway('eu'),
    apac: gateway('apac'),
  } satisfies Record<Region, unknown>;

  /** A round trip to the database; what it changes is in the books. */
  const database = network.connect(
    defineService({
      name: 'database',
      baseUrl: 'https://database.example',
      latency: latencies.database,
      operations: {
        statement: {
          method: 'POST',
          path: '/statements',
          input: z.object({ name: z.string() }),
          handle: () => ({ ok: true }),
        },
      },
    }),
  );

  const webhooks = network.connect(
    defineService({
      name: 'webhooks',
      baseUrl: 'https://webhooks.example',
      latency: latencies.webhooks,
      operations: {
        deliver: {
          method: 'POST',
          path: '/deliveries',
          input: webhookSchema,
          handle: (webhook: Webhook) => {
            truth.webhookDelivered(webhook);
            return { received: true };
          },
        },
      },
    }),
  );

  const sideService = (name: 'analytics' | 'audit' | 'risk' | 'notifications') =>
    network.connect(
      defineService({
        name,
        baseUrl: `https://${name}.example`,
        latency: latencies[name],
        operations: {
          send: {
            method: 'POST',
            path: '/messages',
            input: z.object({ paymentId: z.string(), text: z.string() }),
            handle: () => ({ accepted: true }),
          },
        },
      }),
    );

  return {
    merchants,
    truth,
    books,
    callbacks,
    pool,
    fraud,
    gateways,
    database,
    webhooks,
    analytics: sideService('analytics'),
    audit: sideService('audit'),
    risk: sideService('risk'),
    notifications: sideService('notifications'),
  };
}
