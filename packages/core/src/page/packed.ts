import { deflateRawSync } from 'node:zlib';

/** A text, small enough to stand in a page: compressed, as base64. `unpack` of the page reads it. */
export function pack(text: string): string {
  return deflateRawSync(text, { level: 9 }).toString('base64');
}
