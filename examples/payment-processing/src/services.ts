import { defineChannel, defineService, ServiceFailure } from '@firedrill/core/services';
import { definePool, defineReference, type WorldContext } from '@firedrill/core/scenario';
import { z } from 'zod';
import { receiptSchema, type Region, webhookSchema } from './domain.ts';
import { cardSchema } from './domain/cards.ts';
import { refundSchema } from './domain/refunds.ts';
import { signatureSchema } from './domain/signatures.ts';
import { createDatabase } from './services/database.ts';
import { createEndpoints } from './services/endpoints.ts';
import { latencies } from './services/latencies.ts';
import { createMerchants } from './services/merchants.ts';
import { secretStore } from './services/secrets.ts';
import { createTruth, type Truth } from './truth.ts';
import { createAftermath } from './truth/aftermath.ts';
import { createKeys } from './truth/keys.ts';
import { createLedger } from './truth/ledger.ts';
import { createSettlement } from './truth/settlement.ts';
import { createTaint } from './truth/taint.ts';
import { createSignatures, type SentCallback } from './truth/signatures.ts';
import type { Payments } from './types.ts';
import { createAttempts, measureWorld } from './world.ts';

/** Everything outside of the platform's own processes, and the truth that the rules compare with. */
export function createServices(context: WorldContext<Payments>) {
  const { settings, random, elapsedMs } = context;
  const merchants = createMerchants(settings, random('merchant-names'));
  const endpoints = createEndpoints(settings, merchants, random('endpoints'));
  const truth = createTruth(context, endpoints);
  const { orders, gateways, hearsay, messages, tellings } = truth;
  const signatures = createSignatures(context);
  const taint = createTaint(context);
  const aftermath = createAftermath(context, gateways);
  const regionOf = (merchantId: string): Region | undefined => merchants.byId(merchantId)?.region;
  const ledger = createLedger(context);
  const settlement = createSettlement(context, gateways, regionOf);
  const database = createDatabase(context, { hearsay, ledger, settlement, taint, tellings });

  /** The gateways' word about a charge, sent until somebody takes it. */
  const callbacks = defineChannel<SentCallback>({
    name: 'gateway-callbacks',
    latency: latencies['gateway-callbacks'],
    keyOf: ({ merchantId }) => merchantId,
    keys: 'merchants',
    againAfterMs: 5_000,
    isChecked: settings.signatures,
  });

  const fraud = defineService({
    name: 'fraud',
    baseUrl: 'https://fraud.example',
    latency: latencies.fraud,
    operations: {
      score: {
        method: 'POST',
        path: '/scores',
        input: inputs.score,
        handle: ({ orderId }) => ({ score: orders.find(orderId)?.fraudScore ?? 0 }),
      },
    },
  });

  const gateway = (region: Region, suffix: '' | '-b' = '') => {
    const at = { name: `gateway-${region}${suffix}`, region };
    return defineService({
      name: at.name,
      baseUrl: `https://${region}${suffix}.gateway.example`,
      latency: latencies.authorize,
      operations: {
        authorize: {
          method: 'POST',
          path: '/authorizations',
          input: inputs.authorize,
          handle: (input) => gateways.authorize(at, input),
        },
        capture: {
          method: 'POST',
          path: '/captures',
          latency: latencies.capture,
          input: inputs.capture,
          handle: ({ authorizationId }) => {
            const { charge, isNew } = gateways.capture(at, authorizationId);
            if (isNew) signatures.send(charge, (callback) => callbacks.send(callback));
            return { chargeId: charge.chargeId };
          },
        },
        void: {
          method: 'POST',
          path: '/voids',
          input: inputs.void,
          handle: ({ authorizationId }) => {
            gateways.void(at, authorizationId);
            return { status: 'voided' };
          },
        },
        refund: {
          method: 'POST',
          path: '/refunds',
          input: refundSchema,
          handle: (refund) => aftermath.refund(refund),
        },
        disputes: {
          method: 'GET',
          path: '/disputes',
          handle: () =>
            aftermath
              .openDisputes()
              .filter(({ charge }) => regionOf(charge.merchantId) === region)
              .map(({ disputeId, charge, amountCents, dueMs }) => ({
                disputeId,
                chargeId: charge.chargeId,
                amountCents,
                dueMs,
              })),
        },
        settlementFiles: {
          method: 'GET',
          path: '/settlements',
          handle: () => settlement.filesOf(region),
        },
        contest: {
          method: 'POST',
          path: '/disputes/evidence',
          input: inputs.contest,
          handle: ({ disputeId, refundId }) => {
            aftermath.contest(disputeId, refundId);
            return { received: true };
          },
        },
        lookup: {
          method: 'POST',
          path: '/lookups',
          input: inputs.lookup,
          handle: ({ idempotencyKey }) => gateways.lookup(at, idempotencyKey),
        },
      },
    });
  };

  const secondGateways: { readonly [Name in Region]?: ReturnType<typeof gateway> } =
    settings.acquirers
      ? { us: gateway('us', '-b'), eu: gateway('eu', '-b'), apac: gateway('apac', '-b') }
      : {};

  const webhooks = defineService({
    name: 'webhooks',
    baseUrl: 'https://webhooks.example',
    latency: latencies.webhooks,
    keys: 'merchants',
    onSent: (_operation, input) => {
      const { success, data } = inputs.deliver.safeParse(input);
      if (success) tellings.sent(data);
    },
    operations: {
      deliver: {
        method: 'POST',
        path: '/deliveries',
        input: inputs.deliver,
        handle: ({ signature, ...webhook }) => {
          if (endpoints.isDown(webhook.merchantId, elapsedMs())) {
            throw new ServiceFailure(503, 'the endpoint of the merchant is down');
          }
          if (!signatures.isBelieved(webhook, signature)) {
            throw new ServiceFailure(401, 'the signature is not believed');
          }
          hearsay.webhookArrived(webhook);
          return { received: true };
        },
      },
    },
  });

  const vaultService = defineService({
    name: 'vault',
    baseUrl: 'https://vault.example',
    latency: latencies.vault,
    operations: {
      /** The only one that is shown a card. The same number is given the same token. */
      tokenise: {
        method: 'POST',
        path: '/tokens',
        input: cardSchema,
        handle: ({ pan }) => {
          const cardToken = tokens.get(pan) ?? `token-${tokens.size + 1}`;
          tokens.set(pan, cardToken);
          return { cardToken };
        },
      },
    },
  });
  const tokens = new Map<string, string>();
  const vault: { readonly of?: typeof vaultService } = settings.cards ? { of: vaultService } : {};

  const listener = (
    name: 'analytics' | 'audit' | 'risk',
    heard: (note: z.infer<typeof inputs.tell>) => void,
  ) =>
    defineService({
      name,
      baseUrl: `https://${name}.example`,
      latency: latencies[name],
      operations: {
        send: {
          method: 'POST',
          path: '/messages',
          input: inputs.tell,
          handle: (note) => {
            heard(note);
            return { accepted: true };
          },
        },
      },
    });

  const notifications = defineService({
    name: 'notifications',
    baseUrl: 'https://notifications.example',
    latency: latencies.notifications,
    operations: {
      send: {
        method: 'POST',
        path: '/messages',
        input: inputs.send,
        handle: ({ idempotencyKey, ...receipt }) => {
          if (idempotencyKey === undefined || !sent.has(idempotencyKey)) {
            if (idempotencyKey !== undefined) sent.add(idempotencyKey);
            hearsay.receiptArrived(receipt);
            messages.receiptArrived(receipt);
          }
          return { accepted: true };
        },
      },
    },
  });
  const sent = new Set<string>();

  const outside = {
    merchants: defineReference(merchants),
    secrets: defineReference(secretStore),
    callbacks,
    connections: definePool({
      name: 'connections',
      to: 'database',
      size: settings.connections,
      maxWaiters: settings.connections,
      acquireTimeoutMs: settings.acquireTimeoutMs,
    }),
    fraud: taint.watched(fraud),
    gateways: { us: gateway('us'), eu: gateway('eu'), apac: gateway('apac') },
    secondGateways,
    vault,
    database: database.service,
    webhooks: taint.watched(webhooks),
    analytics: taint.watched(
      listener('analytics', (note) => {
        tellings.heard('analytics', note.paymentId);
        messages.tracked(note);
      }),
    ),
    audit: taint.watched(
      listener('audit', (note) => {
        tellings.heard('audit', note.paymentId);
        hearsay.audited(note.paymentId);
        messages.audited(note);
      }),
    ),
    risk: taint.watched(
      listener('risk', (note) => {
        tellings.heard('risk', note.paymentId);
        messages.assessed(note);
      }),
    ),
    notifications: taint.watched(notifications),
  };
  const { tables } = database;
  measureWorld(context, tables);
  const world: Truth = {
    ...truth,
    tables,
    merchants,
    attempts: createAttempts(context),
    signatures,
    ledger,
    aftermath,
    settlement,
    taint,
    keys: createKeys(context, (paymentId) => tables.payments.get(paymentId)?.request.orderId),
  };
  return { outside, truth: world };
}

/** What operations take. Made once for all worlds: a new schema is compiled anew, and starts slowly. */
const inputs = {
  score: z.object({ orderId: z.string(), amountCents: z.int() }),
  authorize: z.object({
    orderId: z.string(),
    paymentId: z.string(),
    merchantId: z.string(),
    amountCents: z.int(),
    idempotencyKey: z.string(),
  }),
  capture: z.object({ authorizationId: z.string() }),
  void: z.object({ authorizationId: z.string() }),
  contest: z.object({ disputeId: z.string(), refundId: z.string() }),
  lookup: z.object({ idempotencyKey: z.string() }),
  tell: z.object({ paymentId: z.string(), text: z.string() }),
  deliver: webhookSchema.extend({ signature: signatureSchema.optional() }),
  send: receiptSchema.extend({
    /** Of two messages with the same key the second is not sent. */
    idempotencyKey: z.string().optional(),
  }),
};
