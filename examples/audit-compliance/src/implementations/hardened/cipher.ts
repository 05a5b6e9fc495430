import { crypto } from '#crypto';
import type { Cipher } from '../../crypto/crypto.ts';

/**
 * AES-256-GCM (NIST SP 800-38D) on short texts. A sealed text is nonce, tag and cipher text in one,
 * in hexadecimal. `boundTo` is authenticated with it: what was sealed for one place cannot be opened
 * in another. A random nonce of 96 bits is safe for 2^32 texts of one key.
 */

const nonceBytes = 12;
const tagBytes = 16;
const keyBytes = 32;

/** A key that is ready for use. */
export interface SecretKey extends Cipher {
  /** For whoever wraps it. */
  export(): Buffer;
}

/** @param bytes 32 of them, or their 64 hexadecimal digits */
export function secretKey(bytes: Uint8Array | string): SecretKey {
  const own = typeof bytes === 'string' ? Buffer.from(bytes, 'hex') : Buffer.from(bytes);
  return { ...crypto.cipher(own), export: () => Buffer.from(own) };
}

export const newKey = (): SecretKey => secretKey(randomBytes(keyBytes));

export function seal(key: SecretKey, boundTo: string, plain: Buffer): string {
  const nonce = randomBytes(nonceBytes);
  const { tag, text } = key.encrypt(nonce, Buffer.from(boundTo), plain);
  return Buffer.concat([nonce, tag, text]).toString('hex');
}

/** A sealed text could not be opened: another key, another place, or it was changed. */
export class SealBrokenError extends Error {
  readonly code = 'SEAL_BROKEN';
  readonly boundTo: string;

  constructor(boundTo: string, cause: unknown) {
    super(
      `Failed to open what was sealed for ${boundTo}: the key is another one, or it was changed. ` +
        'Restore it from a backup, or use the key it was sealed with.',
      { cause },
    );
    this.name = 'SealBrokenError';
    this.boundTo = boundTo;
  }
}

/** @throws SealBrokenError */
export function open(key: SecretKey, boundTo: string, sealed: string): Buffer {
  const bytes = Buffer.from(sealed, 'hex');
  const tag = bytes.subarray(nonceBytes, nonceBytes + tagBytes);
  const text = bytes.subarray(nonceBytes + tagBytes);
  try {
    return key.decrypt(bytes.subarray(0, nonceBytes), Buffer.from(boundTo), { tag, text });
  } catch (cause) {
    throw new SealBrokenError(boundTo, cause);
  }
}

const randomBytes = (length: number): Uint8Array =>
  globalThis.crypto.getRandomValues(new Uint8Array(length));
