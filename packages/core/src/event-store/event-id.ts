import { sha1 } from '@noble/hashes/legacy.js';
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';

const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a text is a UUID in lower case. */
export function isUuid(text: string): boolean {
  return uuidShape.test(text);
}

/**
 * A new UUID of version 7 (RFC 9562): the milliseconds since 1970, then 74 random bits. Ids of one
 * time are neighbours in the index, so that appending stays fast when the index outgrows the memory.
 */
export function newEventId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  new DataView(bytes.buffer).setBigUint64(0, (BigInt(Date.now()) << 16n) | tail(bytes));
  return uuidText(bytes, 0x70);
}

function tail(bytes: Uint8Array): bigint {
  return BigInt(((bytes[6] ?? 0) << 8) | (bytes[7] ?? 0));
}

/**
 * The UUID of version 5 (RFC 9562) of a name within a namespace: the same name gives the same event
 * id, so that a command that is handled twice appends once.
 *
 * @param namespace A UUID.
 * @throws RangeError when the namespace is no UUID.
 */
export function eventIdOf(namespace: string, name: string): string {
  if (!isUuid(namespace)) {
    throw new RangeError(
      `namespace must be a UUID in lower case, got ${JSON.stringify(namespace)}.`,
    );
  }
  const named = concatBytes(hexToBytes(namespace.replaceAll('-', '')), utf8ToBytes(name));
  return uuidText(sha1(named).slice(0, 16), 0x50);
}

function uuidText(bytes: Uint8Array, version: number): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | version;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytesToHex(bytes);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
