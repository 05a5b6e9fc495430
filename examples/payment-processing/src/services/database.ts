import type { WorldContext } from '@firedrill/core/scenario';
import { defineService, ServiceFailure } from '@firedrill/core/services';
import { z } from 'zod';
import {
  type CapturedPayment,
  capturedPaymentSchema,
  declineReasons,
  type DeclineReason,
  type FollowUp,
  type GatewayCallback,
  followUps,
  regions,
  gatewayCallbackSchema,
  type PaymentRequest,
  paymentRequestSchema,
} from '../domain.ts';
import { postingSchema } from '../domain/ledger.ts';
import { refundSchema } from '../domain/refunds.ts';
import { settledFileSchema } from '../domain/settlement.ts';
import type { Hearsay } from '../truth/hearsay.ts';
import type { Settlement } from '../truth/settlement.ts';
import type { Ledger } from '../truth/ledger.ts';
import type { Taint } from '../truth/taint.ts';
import type { Tellings } from '../truth/tellings.ts';
import type { Payments } from '../types.ts';
import { latencies } from './latencies.ts';

/** A payment as it is stored. */
export interface StoredPayment {
  readonly paymentId: string;
  readonly request: PaymentRequest;
  readonly status: 'initiated' | 'declined' | 'captured';
  readonly declineReason?: DeclineReason;
  /** The acquirer that it goes through, when that is not the first of its region. */
  readonly route?: 'second';
}

/** What a claim gives: the payment that holds the key or the order, and what it was claimed for. */
export interface ClaimedPayment extends StoredPayment {
  /** Fingerprint of the request that claimed it. */
  readonly claimedFor?: string;
}

/** Work that follows a payment and is not done yet, as it is stored. */
export interface OpenFollowUp {
  readonly payment: CapturedPayment;
  readonly followUp: FollowUp;
  /** Given up for now: a dead letter, until somebody replays it. */
  readonly isDead: boolean;
}

/** Who came first, with what, and when. */
interface Claim {
  readonly id: string;
  readonly fingerprint: string;
  readonly sinceMs: number;
}

/** Those of the judge who see what is written. */
interface Watchers {
  readonly hearsay: Hearsay;
  readonly ledger: Ledger;
  readonly settlement: Settlement;
  readonly taint: Taint;
  readonly tellings: Tellings;
}

/** The tables, as the world sees them. */
export interface Tables {
  readonly payments: ReadonlyMap<string, StoredPayment>;
  /** Open follow-ups by payment. */
  open(paymentId: string): ReadonlyMap<FollowUp, { readonly isDead: boolean }> | undefined;
  /** Charges that were missing in a file and, in the books, still are. */
  readonly openBreaks: number;
  /** Follow-ups that were given up and not replayed. */
  readonly deadCount: number;
}

const paymentId = z.string();
const followUp = z.enum(followUps);

/**
 * The platform's own database: each operation is one statement, or one transaction of a few. What was
 * committed stays, whatever happens to a process, or to the answer.
 */
export function createDatabase(
  { elapsedMs }: WorldContext<Payments>,
  { hearsay, ledger, settlement, taint, tellings }: Watchers,
) {
  const payments = new Map<string, StoredPayment>();
  const claims = new Map<string, Claim>();
  const claimsOfOrders = new Map<string, Claim>();
  const captured = new Map<string, CapturedPayment>();
  const open = new Map<string, Map<FollowUp, { isDead: boolean }>>();
  const unfinished = new Set<string>();
  const uncredited = new Map<string, GatewayCallback>();
  const credited = new Set<string>();
  const settledFiles = new Set<string>();
  const paidOut = new Set<string>();
  const breaks = new Map<string, string>();
  const reroutes = new Map<string, number>();
  const refunds = new Map<string, string>();
  const chargeIds = new Map<string, string>();
  let deadCount = 0;

  function stored(id: string): StoredPayment {
    const payment = payments.get(id);
    if (payment === undefined) throw new ServiceFailure(404, `there is no payment ${id}`);
    return payment;
  }

  function insert(id: string, request: PaymentRequest): StoredPayment {
    const payment: StoredPayment = { paymentId: id, request, status: 'initiated' };
    payments.set(id, payment);
    unfinished.add(id);
    return payment;
  }

  const openOf = (id: string): readonly FollowUp[] => [...(open.get(id)?.keys() ?? [])];

  function credit(charge: GatewayCallback): void {
    credited.add(charge.chargeId);
    uncredited.delete(charge.chargeId);
    hearsay.credited(charge);
  }

  function close(id: string, what: FollowUp): void {
    const rows = open.get(id);
    if (rows?.get(what)?.isDead === true) deadCount -= 1;
    rows?.delete(what);
    if (rows?.size === 0) open.delete(id);
  }

  const service = defineService({
    name: 'database',
    baseUrl: 'https://database.example',
    latency: latencies.database,
    operations: {
      /** Stores a new payment. */
      insertPayment: {
        method: 'POST',
        path: '/payments',
        input: inputs.insertPayment,
        handle: (input) => insert(input.paymentId, input.request),
      },
      /** Stores a new payment, or gives the one that holds the key or the order already. */
      claimPayment: {
        method: 'PUT',
        path: '/payments/claims',
        input: inputs.claimPayment,
        handle: ({ paymentId: id, request, key, order, fingerprint }): ClaimedPayment => {
          const holder = claims.get(key.scope);
          const isAlive = holder !== undefined && elapsedMs() - holder.sinceMs < key.livesMs;
          const known = isAlive ? holder : claimsOfOrders.get(order);
          if (known !== undefined) return { ...stored(known.id), claimedFor: known.fingerprint };
          const claim = { id, fingerprint, sinceMs: elapsedMs() };
          claims.set(key.scope, claim);
          claimsOfOrders.set(order, claim);
          return insert(id, request);
        },
      },
      declinePayment: {
        method: 'POST',
        path: '/payments/declines',
        input: inputs.declinePayment,
        handle: ({ paymentId: id, reason }): StoredPayment => {
          const payment: StoredPayment = {
            ...stored(id),
            status: 'declined',
            declineReason: reason,
          };
          payments.set(id, payment);
          unfinished.delete(id);
          return payment;
        },
      },
      /**
       * Notes the charge of a payment and, in the same transaction, all that is to follow; gives back
       * what of it is still open, and whether it was noted now. The second time it changes nothing.
       */
      capturePayment: {
        method: 'POST',
        path: '/payments/captures',
        input: inputs.capturePayment,
        handle: ({ paymentId: id, chargeId, fraudScore, followUps: due, posting }) => {
          const payment = stored(id);
          const known = captured.get(id);
          if (known !== undefined) return { payment: known, open: openOf(id), isNew: false };
          payments.set(id, { ...payment, status: 'captured' });
          const { request } = payment;
          const entry = {
            paymentId: id,
            request,
            capturedAtMs: elapsedMs(),
            ...(fraudScore !== undefined && { fraudScore }),
          };
          captured.set(id, entry);
          chargeIds.set(id, chargeId);
          if (posting !== undefined) ledger.post(posting);
          unfinished.delete(id);
          const { orderId, merchantId, amountCents } = request;
          if (!credited.has(chargeId)) {
            uncredited.set(chargeId, { chargeId, paymentId: id, orderId, merchantId, amountCents });
          }
          if (due.length > 0) open.set(id, new Map(due.map((each) => [each, { isDead: false }])));
          return { payment: entry, open: openOf(id), isNew: true };
        },
      },
      /** Credits the merchant for a charge, every time that it is called. */
      creditMerchant: {
        method: 'POST',
        path: '/credits',
        input: gatewayCallbackSchema,
        handle: (charge) => {
          credit(charge);
          return { isNew: true };
        },
      },
      /** Credits the merchant for a charge unless that charge was credited before. */
      creditMerchantOnce: {
        method: 'PUT',
        path: '/credits',
        input: inputs.creditMerchantOnce,
        handle: ({ posting, ...charge }) => {
          if (credited.has(charge.chargeId)) return { isNew: false };
          credit(charge);
          if (posting !== undefined) ledger.post(posting);
          return { isNew: true };
        },
      },
      /** Sends a payment on to the second acquirer; what the first one did has to be given back. */
      reroute: {
        method: 'PUT',
        path: '/reroutes',
        input: inputs.reroute,
        handle: ({ paymentId: id, sinceMs }) => {
          payments.set(id, { ...stored(id), route: 'second' });
          if (!reroutes.has(id)) reroutes.set(id, sinceMs);
          return { ok: true };
        },
      },
      /** Payments of which the first acquirer may still hold something, oldest first. */
      reroutes: {
        method: 'GET',
        path: '/reroutes',
        handle: () =>
          [...reroutes].map(([id, sinceMs]) => ({
            paymentId: id,
            request: stored(id).request,
            sinceMs,
          })),
      },
      closeReroute: {
        method: 'POST',
        path: '/reroutes/closed',
        input: inputs.closeReroute,
        handle: ({ paymentId: id }) => {
          reroutes.delete(id);
          return { ok: true };
        },
      },
      /** Files that were settled, and the charges of a region, for the next one. */
      settlementBooks: {
        method: 'POST',
        path: '/settlements/books',
        input: inputs.settlementBooks,
        handle: ({ region }) => ({
          files: [...settledFiles],
          charges: [...captured.values()].flatMap(({ paymentId: id, request, capturedAtMs }) => {
            const chargeId = chargeIds.get(id);
            if (chargeId === undefined || request.region !== region) return [];
            const isPaidOut = paidOut.has(chargeId);
            return [{ chargeId, amountCents: request.amountCents, capturedAtMs, isPaidOut }];
          }),
        }),
      },
      /** Pays out what a file settles, and keeps its differences until a later file explains them. */
      settleFile: {
        method: 'PUT',
        path: '/settlements',
        input: inputs.settleFile,
        handle: ({ closes = true, ...file }) => {
          if (settledFiles.has(file.fileId)) return { ok: true };
          settledFiles.add(file.fileId);
          for (const { chargeId } of file.payouts) {
            paidOut.add(chargeId);
            if (closes) breaks.delete(chargeId);
          }
          for (const { ref, kind } of file.breaks) if (kind === 'missing') breaks.set(ref, kind);
          settlement.settled(file);
          return { ok: true };
        },
      },
      /** A payment whose money was taken, with its charge. */
      capturedPayment: {
        method: 'GET',
        path: '/payments/:paymentId/charge',
        input: inputs.capturedPayment,
        handle: ({ paymentId: id }) => {
          const chargeId = chargeIds.get(id);
          if (chargeId === undefined) throw new ServiceFailure(404, `${id} was not captured`);
          return { chargeId, request: stored(id).request };
        },
      },
      /** Notes a refund; the second time it changes nothing. */
      recordRefund: {
        method: 'PUT',
        path: '/refunds',
        input: inputs.recordRefund,
        handle: ({ refundId, chargeId, posting }) => {
          refunds.set(chargeId, refundId);
          if (posting !== undefined) ledger.post(posting);
          return { ok: true };
        },
      },
      /** The refund of a charge, if there is one. */
      refundOf: {
        method: 'GET',
        path: '/refunds/:chargeId',
        input: inputs.refundOf,
        handle: ({ chargeId }): { readonly refundId?: string } => {
          const refundId = refunds.get(chargeId);
          return refundId === undefined ? {} : { refundId };
        },
      },
      closeFollowUps: {
        method: 'POST',
        path: '/follow-ups/done',
        input: inputs.closeFollowUps,
        handle: ({ done }) => {
          for (const { paymentId: id, followUp: what } of done) close(id, what);
          return { ok: true };
        },
      },
      /** Keeps a follow-up as a dead letter, for a replay. */
      giveUpFollowUp: {
        method: 'POST',
        path: '/follow-ups/dead',
        input: inputs.giveUpFollowUp,
        handle: ({ payment, followUp: what }) => {
          const row = open.get(payment.paymentId)?.get(what);
          if (row?.isDead === false) {
            row.isDead = true;
            deadCount += 1;
            if (what === 'webhook') tellings.givenUp(payment.paymentId, payment.capturedAtMs);
          }
          return { ok: row !== undefined };
        },
      },
      /** All that is still to be done, oldest first. */
      openFollowUps: {
        method: 'GET',
        path: '/follow-ups',
        handle: (): readonly OpenFollowUp[] =>
          [...open].flatMap(([id, rows]) => {
            const payment = captured.get(id);
            return payment === undefined
              ? []
              : [...rows].map(([what, { isDead }]) => ({ payment, followUp: what, isDead }));
          }),
      },
      /** Payments that were begun and neither captured nor declined, oldest first. */
      unfinishedPayments: {
        method: 'GET',
        path: '/payments/unfinished',
        handle: (): readonly StoredPayment[] => [...unfinished].map(stored),
      },
      /** Charges in the books that were not credited to their merchant, oldest first. */
      uncreditedCharges: {
        method: 'GET',
        path: '/credits/missing',
        handle: (): readonly GatewayCallback[] => [...uncredited.values()],
      },
    },
  });

  const tables: Tables = {
    payments,
    open: (id) => open.get(id),
    get openBreaks() {
      return breaks.size;
    },
    get deadCount() {
      return deadCount;
    },
  };
  return { service: taint.watched(service), tables };
}

/** What operations take. Made once for all worlds: a new schema is compiled anew, and starts slowly. */
const inputs = {
  insertPayment: z.object({ paymentId, request: paymentRequestSchema }),
  claimPayment: z.object({
    paymentId,
    request: paymentRequestSchema,
    /** Unique until it expires. */
    key: z.object({ scope: z.string(), livesMs: z.number() }),
    /** Unique for ever. */
    order: z.string(),
    fingerprint: z.string(),
  }),
  declinePayment: z.object({ paymentId, reason: z.enum(declineReasons) }),
  capturePayment: z.object({
    paymentId,
    chargeId: z.string(),
    fraudScore: z.number().optional(),
    followUps: z.array(followUp),
    posting: postingSchema.optional(),
  }),
  creditMerchantOnce: gatewayCallbackSchema.extend({ posting: postingSchema.optional() }),
  reroute: z.object({ paymentId, sinceMs: z.number() }),
  closeReroute: z.object({ paymentId }),
  settlementBooks: z.object({ region: z.enum(regions) }),
  settleFile: settledFileSchema.extend({ closes: z.boolean().optional() }),
  capturedPayment: z.object({ paymentId }),
  recordRefund: refundSchema.extend({ posting: postingSchema.optional() }),
  refundOf: z.object({ chargeId: z.string() }),
  closeFollowUps: z.object({ done: z.array(z.object({ paymentId, followUp })) }),
  giveUpFollowUp: z.object({ payment: capturedPaymentSchema, followUp }),
};
