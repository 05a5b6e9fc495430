import { z } from 'zod';

/** Types, schemas and pure rules of a payment. Money is in US cents, time in virtual milliseconds. */

export const regions = ['us', 'eu', 'apac'] as const;
export type Region = (typeof regions)[number];

export interface Merchant {
  /** `m-0001` is the one with the most traffic. */
  readonly id: string;
  readonly name: string;
  readonly region: Region;
  /** The fifty with the most traffic have a contract with faster webhooks. */
  readonly isVip: boolean;
}

/** One attempt to pay an order. A customer who tries again sends the same idempotency key. */
export const paymentRequestSchema = z.object({
  orderId: z.string(),
  idempotencyKey: z.string(),
  merchantId: z.string(),
  region: z.enum(regions),
  isVip: z.boolean(),
  amountCents: z.int().positive(),
  cardCountry: z.string().length(2),
  /** Guests check out without an address. */
  email: z.string().optional(),
});
export type PaymentRequest = z.infer<typeof paymentRequestSchema>;

export type DeclineReason = 'fraud' | 'compliance' | 'card';

export type PaymentAnswer =
  | { readonly status: 'captured'; readonly paymentId: string }
  | { readonly status: 'declined'; readonly reason: DeclineReason };

/** A captured payment, as everything that follows a payment sees it. */
export interface CapturedPayment {
  readonly paymentId: string;
  readonly request: PaymentRequest;
  readonly fraudScore: number;
  readonly capturedAtMs: number;
}

/** The event log of one payment, oldest first. */
export type PaymentEvent =
  | { readonly type: 'payment.initiated'; readonly atMs: number; readonly amountCents: number }
  | { readonly type: 'payment.declined'; readonly atMs: number; readonly reason: DeclineReason }
  | { readonly type: 'payment.captured'; readonly atMs: number; readonly chargeId: string }
  | { readonly type: 'payment.settled'; readonly atMs: number; readonly creditCents: number };

/** What the gateway reports some time after a capture, at least once and in no certain order. */
export interface GatewayCallback {
  readonly chargeId: string;
  readonly paymentId: string;
  readonly orderId: string;
  readonly merchantId: string;
  readonly amountCents: number;
}

/** Payments with a fraud score above this are declined. */
export const fraudThreshold = 0.8;

export const isFraud = (score: number): boolean => score > fraudThreshold;

/** Countries whose cards may not be charged. */
const embargoed: ReadonlySet<string> = new Set(['KP', 'IR']);

/** Largest single payment that a region's licence allows, in cents. */
const regionLimitCents: Readonly<Record<Region, number>> = {
  us: 2_500_000,
  eu: 1_500_000,
  apac: 2_000_000,
};

/** Whether a payment may go ahead in its region: sanctions, and the largest amount of the licence. */
export function isCompliant(request: PaymentRequest): boolean {
  return (
    !embargoed.has(request.cardCountry) && request.amountCents <= regionLimitCents[request.region]
  );
}

/**
 * The receipt of a payment, for the notification. It has a bug that every system has somewhere: it
 * forgets that guests have no address. What matters is how far the damage of such a bug gets.
 */
export function receiptFor(payment: CapturedPayment): {
  readonly to: string;
  readonly text: string;
} {
  const { email, amountCents } = payment.request;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the planted bug
  const to = (email as string).toLowerCase();
  return { to, text: `You paid $${(amountCents / 100).toFixed(2)}.` };
}

/** What a merchant's endpoint is sent. */
export const webhookSchema = z.object({
  paymentId: z.string(),
  merchantId: z.string(),
  amountCents: z.int(),
  capturedAtMs: z.number(),
});
export type Webhook = z.infer<typeof webhookSchema>;

export function webhookFor({ paymentId, request, capturedAtMs }: CapturedPayment): Webhook {
  const { merchantId, amountCents } = request;
  return { paymentId, merchantId, amountCents, capturedAtMs };
}
