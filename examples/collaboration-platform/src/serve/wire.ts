/**
 * Messages as they go over a WebSocket, the same code at both ends: the length of a head of JSON as
 * four bytes, the head, and after it the binary fields of the message, of which the head has the lengths.
 */

const headLengthBytes = 4;
const binaryField = '$bytes';
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function encode(message: object): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(message)) {
    if (value instanceof Uint8Array) parts.push(value);
    fields[name] = value instanceof Uint8Array ? { [binaryField]: value.length } : value;
  }
  const head = encoder.encode(JSON.stringify(fields));
  const length = parts.reduce((sum, part) => sum + part.length, headLengthBytes + head.length);
  const bytes = new Uint8Array(length);
  new DataView(bytes.buffer).setUint32(0, head.length);
  bytes.set(head, headLengthBytes);
  let at = headLengthBytes + head.length;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/**
 * What `encode` was given, as far as the sender is honest: check it before use.
 *
 * @throws RangeError or SyntaxError when the bytes are none of `encode`
 */
export function decode(bytes: Uint8Array): unknown {
  const headLength = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(0);
  let at = headLengthBytes + headLength;
  const message: unknown = JSON.parse(decoder.decode(bytes.subarray(headLengthBytes, at)));
  if (typeof message !== 'object' || message === null) return message;
  const fields: [string, unknown][] = [];
  for (const [name, value] of Object.entries(message)) {
    const length = lengthOf(value);
    if (length === undefined) {
      fields.push([name, value]);
      continue;
    }
    if (at + length > bytes.length) {
      throw new RangeError(`Failed to read a message: ${length} bytes are missing. Send it again.`);
    }
    // Of a Buffer, `slice` would be a view, and keep all of it in memory.
    fields.push([name, Uint8Array.from(bytes.subarray(at, at + length))]);
    at += length;
  }
  return Object.fromEntries(fields);
}

function lengthOf(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null || !(binaryField in value)) return undefined;
  const length = value[binaryField];
  return Number.isSafeInteger(length) && Number(length) >= 0 ? Number(length) : undefined;
}
