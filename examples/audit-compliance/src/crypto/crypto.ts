/** The cryptography of this example, whatever runs it. Everything is synchronous. */
export interface Crypto {
  /** SHA-256 (FIPS 180-4). */
  readonly sha256: (bytes: Uint8Array) => Buffer;
  /** AES-256-GCM (NIST SP 800-38D) by a key of 32 bytes, with a nonce of 12 and a tag of 16. */
  cipher(key: Uint8Array): Cipher;
  /** The public key of an Ed25519 secret (RFC 8032), 32 bytes each. */
  publicKeyOf(secret: Uint8Array): Buffer;
  /** Gives what signs by an Ed25519 secret: 64 bytes for each text. */
  signerOf(secret: Uint8Array): (text: Uint8Array) => Buffer;
  /** Gives what checks signatures of an Ed25519 public key. */
  verifierOf(publicKey: Uint8Array): (text: Uint8Array, signature: Uint8Array) => boolean;
}

export interface Cipher {
  encrypt(nonce: Uint8Array, boundTo: Uint8Array, plain: Uint8Array): Encrypted;
  /** @throws Error when key, nonce or what it is bound to are others, or something was changed. */
  decrypt(nonce: Uint8Array, boundTo: Uint8Array, sealed: Encrypted): Buffer;
}

export interface Encrypted {
  readonly tag: Uint8Array;
  readonly text: Uint8Array;
}
