import { host } from '#host';

import type { Sha256 } from './host/host.ts';

/** A SHA-256 that wants data: the same on every host, and synchronous. */
export function createSha256(): Sha256 {
  return host.createSha256();
}
