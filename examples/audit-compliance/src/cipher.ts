import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';

/**
 * AES-256-GCM (NIST SP 800-38D) on short texts. A sealed text is nonce, tag and cipher text in one,
 * in hexadecimal. `boundTo` is authenticated with it: what was sealed for one place cannot be opened
 * in another. A random nonce of 96 bits is safe for 2^32 texts of one key. Keys are KeyObjects, which
 * Node prepares once: the bytes of one cost three times as much at every call.
 */

const nonceBytes = 12;
const tagBytes = 16;

export function seal(key: KeyObject, boundTo: string, plain: Buffer): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(boundTo));
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('hex');
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
export function open(key: KeyObject, boundTo: string, sealed: string): Buffer {
  const bytes = Buffer.from(sealed, 'hex');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(Buffer.from(boundTo));
    decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
    return Buffer.concat([
      decipher.update(bytes.subarray(nonceBytes + tagBytes)),
      decipher.final(),
    ]);
  } catch (cause) {
    throw new SealBrokenError(boundTo, cause);
  }
}
