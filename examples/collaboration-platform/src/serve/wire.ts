/**
 * Messages as they go over a WebSocket, the same code at both ends: the length of a head of JSON as
 * four bytes, the head, and after it the binary fields, of which the head has the lengths.
 */

const headLengthBytes = 4;
const binaryField = '$bytes';

export function encode(message: object): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const json = JSON.stringify(message, (_key, value: unknown) => {
    if (!(value instanceof Uint8Array)) return value;
    parts.push(value);
    return { [binaryField]: value.length };
  });
  const head = new TextEncoder().encode(json);
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
  const json = new TextDecoder().decode(bytes.subarray(headLengthBytes, at));
  const message: unknown = JSON.parse(json, (_key, value: unknown) => {
    const length = lengthOf(value);
    if (length === undefined) return value;
    if (at + length > bytes.length) {
      throw new RangeError(`Failed to read a message: ${length} bytes are missing. Send it again.`);
    }
    at += length;
    // Of a Buffer, `slice` would be a view, and JSON would not take it for bytes.
    return Uint8Array.from(bytes.subarray(at - length, at));
  });
  return message;
}

function lengthOf(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null || !(binaryField in value)) return undefined;
  const length = value[binaryField];
  return Number.isSafeInteger(length) && Number(length) >= 0 ? Number(length) : undefined;
}
