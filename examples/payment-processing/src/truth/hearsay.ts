import type { WorldContext } from '@firedrill/core/scenario';
import type { GatewayCallback, Receipt, Webhook } from '../domain.ts';
import { measures } from '../measurements.ts';
import type { Endpoints } from '../services/endpoints.ts';
import type { Payments } from '../types.ts';
import type { Charge, Gateways } from './gateways.ts';
import type { Orders } from './orders.ts';
import { forPaying } from './needs.ts';
import type { Tellings } from './tellings.ts';

/** What others heard of each payment: merchants, auditors, customers' mailboxes. */
export interface Hearsay {
  webhookArrived(webhook: Webhook): void;
  audited(paymentId: string): void;
  receiptArrived(receipt: Receipt): void;
  credited(charge: GatewayCallback): void;
  /** Charges whose webhook has not arrived. */
  undeliveredWebhooks(): readonly Charge[];
  /** Charges that no audit entry tells of. */
  unaudited(): number;
  /** Charges whose customer got no receipt, or got it after this time. */
  withoutReceipt(withinMs: number): readonly Charge[];
  /** Charges that were not credited to their merchant. */
  uncredited(): number;
  readonly webhooksDelivered: number;
  /** Receipts beyond the first of a payment. */
  readonly repeatedReceipts: number;
  /** Credits beyond the first of a charge. */
  readonly doubleCredits: number;
  /** Credits of what nobody charged, or of another amount or merchant. */
  readonly falseCredits: number;
  /** When a charge was credited first (ms); `Infinity` when it never was. */
  creditedAtMs(chargeId: string): number;
  /** Webhooks about a payment that was not made so. */
  readonly falseWebhooks: number;
  /** When a merchant heard of a payment first (ms); `Infinity` when it never did. */
  webhookAtMs(paymentId: string): number;
  /** Whether the merchant of a charge, and all of these, could be reached about the time of it. */
  couldReachAll(charge: Charge, merchants: readonly string[]): boolean;
  /** Whether the merchant of a charge closes for good, and may never hear of it. */
  isClosing(charge: Charge): boolean;
  /** Whether this merchant cannot be reached at some time in the run. */
  isSick(merchantId: string): boolean;
}

/**
 * A fault of all merchants is felt by charges from a little before it, whose webhooks are under way, to
 * the two minutes after it in which the system has to have caught up.
 */
const underWayMs = 10_000;
const catchingUpMs = 120_000;

/** A charge is noted in the books so soon while nothing is in trouble that it needs, in ms. */
const notedSoonMs = 5_000;

/** Whoever notes a charge needs these. */
const notingNeeds: ReadonlySet<string> = new Set(['gateway-callbacks', ...forPaying]);

const isAround = (
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  { atMs }: Pick<Charge, 'atMs'>,
): boolean => atMs >= fromMs - underWayMs && atMs < toMs + catchingUpMs;

interface Sources {
  readonly orders: Orders;
  readonly gateways: Gateways;
  readonly tellings: Tellings;
  readonly endpoints: Endpoints;
}

const count = (counts: Map<string, number>, key: string): number => {
  const times = (counts.get(key) ?? 0) + 1;
  counts.set(key, times);
  return times;
};

export function createHearsay(
  context: WorldContext<Payments>,
  { orders, gateways, tellings, endpoints }: Sources,
): Hearsay {
  const { meter, elapsedMs, violate, faults, network } = context;
  const webhooks = new Map<string, number>();
  const webhookAt = new Map<string, number>();
  const audits = new Set<string>();
  const receipts = new Map<string, number>();
  const receivedAtMs = new Map<string, number>();
  const credits = new Map<string, number>();
  let repeatedReceipts = 0;
  let doubleCredits = 0;
  let falseWebhooks = 0;
  let falseCredits = 0;
  const creditedAt = new Map<string, number>();
  const sickening = faults.filter(({ service, of }) => service === 'webhooks' && of === 'keys');
  const isSick = (merchantId: string): boolean =>
    endpoints.isMoody(merchantId) || sickening.some(({ id }) => network.isAffected(id, merchantId));
  const wholesale = faults.filter(({ service, of }) => service === 'webhooks' && of !== 'keys');
  const isInTrouble = ({ merchantId, atMs }: Charge): boolean =>
    isSick(merchantId) || wholesale.some((fault) => isAround(fault, { atMs }));
  const late = faults.filter(({ service }) => notingNeeds.has(service));
  const wasLate = ({ atMs }: Charge): boolean => late.some((fault) => isAround(fault, { atMs }));
  const chargesWithout = (has: (charge: Charge) => boolean): readonly Charge[] =>
    [...gateways.charges.values()].filter((charge) => !has(charge));

  return {
    webhookArrived(webhook) {
      const { paymentId, merchantId, amountCents, capturedAtMs } = webhook;
      const charge = gateways.chargeOf(paymentId);
      const isTrue =
        charge?.merchantId === merchantId &&
        charge.amountCents === amountCents &&
        capturedAtMs >= (orders.find(charge.orderId)?.placedAtMs ?? Infinity) &&
        capturedAtMs <= elapsedMs() &&
        (capturedAtMs <= charge.atMs + notedSoonMs || wasLate(charge));
      if (!isTrue) {
        falseWebhooks += 1;
        violate(
          'true-webhooks',
          `${merchantId} is told of ${amountCents} cents of ${paymentId}, at ${capturedAtMs} ms`,
        );
        return;
      }
      tellings.heard('webhooks', paymentId);
      if (count(webhooks, paymentId) > 1) return;
      webhookAt.set(paymentId, elapsedMs());
      if (!isInTrouble(charge)) tellings.inOrder(webhook, charge);
      const measure = isInTrouble(charge) ? measures.webhookToSick : measures.webhookToHealthy;
      meter.record(measure, elapsedMs() - charge.atMs);
    },
    audited(paymentId) {
      audits.add(paymentId);
    },
    receiptArrived({ orderId, paymentId }) {
      orders.learnt(orderId);
      const times = count(receipts, orderId);
      if (times === 1) {
        receivedAtMs.set(orderId, elapsedMs());
        return;
      }
      repeatedReceipts += 1;
      violate('receipts-once', `${orderId} gets a receipt for the ${times}. time, of ${paymentId}`);
    },
    credited({ chargeId, merchantId, amountCents }) {
      const charge = gateways.charges.get(chargeId);
      if (charge?.merchantId !== merchantId || charge.amountCents !== amountCents) {
        falseCredits += 1;
        violate(
          'only-genuine-credits',
          `${merchantId} is credited ${amountCents} cents for ${chargeId}`,
        );
      }
      const times = count(credits, chargeId);
      if (times === 1) {
        creditedAt.set(chargeId, elapsedMs());
        return;
      }
      doubleCredits += 1;
      violate('no-double-credit', `${chargeId} is credited to ${merchantId} ${times} times`);
    },
    isClosing: ({ merchantId }) => endpoints.isClosing(merchantId),
    undeliveredWebhooks: () => chargesWithout(({ paymentId }) => webhooks.has(paymentId)),
    unaudited: () => chargesWithout(({ paymentId }) => audits.has(paymentId)).length,
    withoutReceipt: (withinMs) =>
      chargesWithout(({ orderId, atMs }) => {
        const receivedMs = receivedAtMs.get(orderId);
        return receivedMs !== undefined && receivedMs - atMs <= withinMs;
      }),
    uncredited: () => chargesWithout(({ chargeId }) => credits.has(chargeId)).length,
    get webhooksDelivered() {
      return webhooks.size;
    },
    get repeatedReceipts() {
      return repeatedReceipts;
    },
    get doubleCredits() {
      return doubleCredits;
    },
    get falseCredits() {
      return falseCredits;
    },
    creditedAtMs: (chargeId) => creditedAt.get(chargeId) ?? Infinity,
    get falseWebhooks() {
      return falseWebhooks;
    },
    webhookAtMs: (paymentId) => webhookAt.get(paymentId) ?? Infinity,
    couldReachAll: (charge, merchants) =>
      !isInTrouble(charge) &&
      !merchants.some((merchantId) => endpoints.isMoody(merchantId)) &&
      !sickening.some(
        (fault) =>
          isAround(fault, charge) &&
          merchants.some((merchantId) => network.isAffected(fault.id, merchantId)),
      ),
    isSick,
  };
}
