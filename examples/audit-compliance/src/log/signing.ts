import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** Ed25519 (RFC 8032) on roots of the log. Keys and signatures are in hexadecimal. */

/** What stands before the 32 bytes of a key in its DER form (RFC 8410). */
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex');

export interface Signer {
  readonly publicKey: string;
  sign(text: string): string;
}

/** The signer of a secret of 32 bytes, which belongs into a vault: the same secret, the same key. */
export function createSigner(secret: Buffer): Signer {
  const privateKey = createPrivateKey({
    key: Buffer.concat([privatePrefix, secret]),
    format: 'der',
    type: 'pkcs8',
  });
  const der = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return {
    publicKey: der.subarray(publicPrefix.length).toString('hex'),
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString('hex'),
  };
}

/** Whether a text is a public key as it stands in a log. */
export const isPublicKey = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

/** What checks signatures of this public key. @throws RangeError when it is none. */
export function createVerifier(publicKey: string): (text: string, signature: string) => boolean {
  if (!isPublicKey(publicKey)) {
    throw new RangeError(
      `publicKey must be 64 hexadecimal digits in lower case, got ${JSON.stringify(publicKey)}.`,
    );
  }
  const key: KeyObject = createPublicKey({
    key: Buffer.concat([publicPrefix, Buffer.from(publicKey, 'hex')]),
    format: 'der',
    type: 'spki',
  });
  return (text, signature) => verify(null, Buffer.from(text), key, Buffer.from(signature, 'hex'));
}
