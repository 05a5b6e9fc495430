import { gcm } from '@noble/ciphers/aes.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { Crypto } from './crypto.ts';

const tagBytes = 16;

/** Web Crypto answers asynchronously, which would be another order of events. */
export const crypto: Crypto = {
  sha256: (bytes) => Buffer.from(sha256(bytes)),
  cipher: (key) => ({
    encrypt(nonce, boundTo, plain) {
      const sealed = gcm(key, nonce, boundTo).encrypt(plain);
      return { text: sealed.subarray(0, -tagBytes), tag: sealed.subarray(-tagBytes) };
    },
    decrypt: (nonce, boundTo, { tag, text }) =>
      Buffer.from(gcm(key, nonce, boundTo).decrypt(Buffer.concat([text, tag]))),
  }),
  publicKeyOf: (secret) => Buffer.from(ed25519.getPublicKey(secret)),
  signerOf: (secret) => (text) => Buffer.from(ed25519.sign(text, secret)),
  // As strict as RFC 8032, and as OpenSSL is.
  verifierOf: (publicKey) => (text, signature) =>
    signature.length === 64 && ed25519.verify(signature, text, publicKey, { zip215: false }),
};
