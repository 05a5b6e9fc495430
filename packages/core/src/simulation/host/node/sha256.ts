import { createHash, type Hash } from 'node:crypto';

import type { Sha256 } from '../host.ts';

export function createSha256(): Sha256 {
  return new NodeSha256();
}

class NodeSha256 implements Sha256 {
  readonly #hash: Hash = createHash('sha256');

  update(data: string | Uint8Array): this {
    this.#hash.update(data);
    return this;
  }

  digest(): Uint8Array {
    return this.#hash.digest();
  }

  hex(): string {
    return this.#hash.digest('hex');
  }
}
