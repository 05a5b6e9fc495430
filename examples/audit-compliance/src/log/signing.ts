import { crypto } from '#crypto';

/** Ed25519 (RFC 8032) on roots of the log. Keys and signatures are in hexadecimal. */

export interface Signer {
  readonly publicKey: string;
  sign(text: string): string;
}

/** The signer of a secret of 32 bytes, which belongs into a vault: the same secret, the same key. */
export function createSigner(secret: Buffer): Signer {
  const sign = crypto.signerOf(secret);
  return {
    publicKey: crypto.publicKeyOf(secret).toString('hex'),
    sign: (text) => sign(Buffer.from(text)).toString('hex'),
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
  const verify = crypto.verifierOf(Buffer.from(publicKey, 'hex'));
  return (text, signature) => verify(Buffer.from(text), Buffer.from(signature, 'hex'));
}
