import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  hash,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import type { Crypto } from './crypto.ts';

/** What stands before the 32 bytes of a key in its DER form (RFC 8410). */
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex');

const algorithm = 'aes-256-gcm';
const tagBytes = 16;

const privateKey = (secret: Uint8Array): KeyObject =>
  createPrivateKey({
    key: Buffer.concat([privatePrefix, secret]),
    format: 'der',
    type: 'pkcs8',
  });

export const crypto: Crypto = {
  sha256: (bytes) => hash('sha256', bytes, 'buffer'),
  cipher(bytes) {
    // Node prepares a KeyObject once: the bytes of a key cost three times as much at every call.
    const key = createSecretKey(bytes);
    return {
      encrypt(nonce, boundTo, plain) {
        const cipher = createCipheriv(algorithm, key, nonce);
        cipher.setAAD(boundTo);
        const text = Buffer.concat([cipher.update(plain), cipher.final()]);
        return { tag: cipher.getAuthTag(), text };
      },
      decrypt(nonce, boundTo, { tag, text }) {
        const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
        decipher.setAAD(boundTo);
        decipher.setAuthTag(tag);
        return Buffer.concat([decipher.update(text), decipher.final()]);
      },
    };
  },
  publicKeyOf: (secret) =>
    createPublicKey(privateKey(secret))
      .export({ format: 'der', type: 'spki' })
      .subarray(publicPrefix.length),
  signerOf(secret) {
    const key = privateKey(secret);
    return (text) => sign(null, text, key);
  },
  verifierOf(publicKey) {
    const key = createPublicKey({
      key: Buffer.concat([publicPrefix, publicKey]),
      format: 'der',
      type: 'spki',
    });
    return (text, signature) => verify(null, text, key, signature);
  },
};
