import { equalBytes } from '@noble/ciphers/utils.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { hexToBytes, utf8ToBytes, bytesToHex } from '@noble/hashes/utils.js';
import { z } from 'zod';
import type { GatewayCallback, Webhook } from '../domain.ts';

/** When a message was signed, and the HMAC-SHA-256 of that and its body, in hex. */
export const signatureSchema = z.object({ stampMs: z.number(), hmac: z.string() });
export type Signature = z.infer<typeof signatureSchema>;

/** A message is believed for this long, and as long before its time; the usual 300 s, in ms. */
export const toleranceMs = 300_000;

/** The secrets of one sender: what is signed with now, and what is believed. */
export interface Secrets {
  readonly signing: string;
  /** This one, the one before, and the next, which is handed out ahead of its time. */
  readonly valid: readonly string[];
}

/** The body of a callback as it is signed: every field, in one order. */
export const callbackBody = (callback: GatewayCallback): string =>
  JSON.stringify([
    callback.chargeId,
    callback.paymentId,
    callback.orderId,
    callback.merchantId,
    callback.amountCents,
  ]);

export const webhookBody = (webhook: Webhook): string =>
  JSON.stringify([
    webhook.paymentId,
    webhook.merchantId,
    webhook.amountCents,
    webhook.capturedAtMs,
  ]);

const hmacOf = (secret: string, stampMs: number, body: string): Uint8Array =>
  hmac(sha256, utf8ToBytes(secret), utf8ToBytes(`${stampMs}.${body}`));

/** Signs a body, with the time, so that whoever repeats it later is found out. */
export const sign = (body: string, secret: string, stampMs: number): Signature => ({
  stampMs,
  hmac: bytesToHex(hmacOf(secret, stampMs, body)),
});

/** Whether a body was signed with one of the secrets, and lately. Compares in constant time. */
export function isGenuine(
  body: string,
  signature: Signature | undefined,
  { valid }: Secrets,
  nowMs: number,
): boolean {
  if (signature === undefined || !/^[0-9a-f]{64}$/.test(signature.hmac)) return false;
  if (Math.abs(nowMs - signature.stampMs) > toleranceMs) return false;
  const given = hexToBytes(signature.hmac);
  return valid.some((secret) => equalBytes(hmacOf(secret, signature.stampMs, body), given));
}
