import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { PaymentRequest } from '../domain.ts';

/** A key of a merchant is good for this long, as Stripe documents ("at least 24 hours old"), in ms. */
export const keyLivesMs = 24 * 3_600_000;

/** Whose key it is, and for what: two merchants may use the same text. */
export const keyScope = ({ merchantId, idempotencyKey }: PaymentRequest): string =>
  `${merchantId} payments ${idempotencyKey}`;

/** The order of a merchant: what must be charged once, also when its key is long forgotten. */
export const orderScope = ({ merchantId, orderId }: PaymentRequest): string =>
  `${merchantId} ${orderId}`;

/** What a request asks for, as a hash (SHA-256): the same key must ask for the same. */
export function fingerprintOf(request: PaymentRequest): string {
  const { orderId, merchantId, region, amountCents, cardCountry, email } = request;
  const body = JSON.stringify([orderId, merchantId, region, amountCents, cardCountry, email]);
  return bytesToHex(sha256(utf8ToBytes(body)));
}
