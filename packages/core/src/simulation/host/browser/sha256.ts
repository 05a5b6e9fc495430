import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

import type { Sha256 } from '../host.ts';

/** Web Crypto digests asynchronously, and a stream of random numbers is made in the middle of a call. */
export function createSha256(): Sha256 {
  return new BrowserSha256();
}

class BrowserSha256 implements Sha256 {
  readonly #hash = sha256.create();

  update(data: string | Uint8Array): this {
    this.#hash.update(typeof data === 'string' ? utf8ToBytes(data) : data);
    return this;
  }

  digest(): Uint8Array {
    return this.#hash.digest();
  }

  hex(): string {
    return bytesToHex(this.#hash.digest());
  }
}
