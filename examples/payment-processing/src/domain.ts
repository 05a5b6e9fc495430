import { z } from 'zod';
import { cardSchema } from './domain/cards.ts';
import { deviceSchema } from './domain/fraud-score.ts';

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
  email: z.string(),
  /** As typed in by the customer; where it is known, nothing but the vault may see it. */
  card: cardSchema.optional(),
  /** What the vault gave for it. */
  cardToken: z.string().optional(),
  /** Where it comes from; not known of every payment. */
  device: deviceSchema.optional(),
});
export type PaymentRequest = z.infer<typeof paymentRequestSchema>;

/**
 * `unscored`: too much money to take without a fraud score, which could not be had. `abandoned`: the
 * customer had left before the money was taken, and it was given back to the card. `velocity`: it looks like the
 * work of somebody who tests or uses stolen cards.
 */
export const declineReasons = [
  'fraud',
  'compliance',
  'card',
  'unscored',
  'abandoned',
  'velocity',
] as const;
export type DeclineReason = (typeof declineReasons)[number];

export type PaymentAnswer =
  | { readonly status: 'captured'; readonly paymentId: string }
  | { readonly status: 'declined'; readonly reason: DeclineReason }
  /** What HTTP calls 422: the key was used before, with another body. Nothing was done. */
  | { readonly status: 'refused'; readonly reason: 'key-reused' };

/** A captured payment, as everything that follows a payment sees it. */
export const capturedPaymentSchema = z.object({
  paymentId: z.string(),
  request: paymentRequestSchema,
  /** 0 to 1; `undefined` when the payment went on without one. */
  fraudScore: z.number().optional(),
  capturedAtMs: z.number(),
});
export type CapturedPayment = z.infer<typeof capturedPaymentSchema>;

/** What follows a payment, each once; kept with the payment until it is done. */
export const followUps = ['webhook', 'audit', 'risk', 'receipt', 'analytics'] as const;
export type FollowUp = (typeof followUps)[number];

/** What the gateway reports some time after a capture, at least once and in no certain order. */
export const gatewayCallbackSchema = z.object({
  chargeId: z.string(),
  paymentId: z.string(),
  orderId: z.string(),
  merchantId: z.string(),
  amountCents: z.int(),
});
export type GatewayCallback = z.infer<typeof gatewayCallbackSchema>;

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

/** The receipt of a payment. */
export function receiptFor({ paymentId, request }: CapturedPayment): Receipt {
  const { orderId, email, amountCents } = request;
  return { paymentId, orderId, to: email, text: `You paid $${(amountCents / 100).toFixed(2)}.` };
}

/** What a customer is sent by mail. */
export const receiptSchema = z.object({
  paymentId: z.string(),
  orderId: z.string(),
  to: z.string(),
  text: z.string(),
});
export type Receipt = z.infer<typeof receiptSchema>;

/**
 * The largest payment that goes on when the fraud score does not come in time, in cents: above it the
 * loss from one fraud outweighs a customer who is declined and tries again. A decision of the business.
 */
export const unscoredLimitCents = 50_000;

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
