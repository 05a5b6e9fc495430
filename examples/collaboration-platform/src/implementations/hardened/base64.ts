/** Bytes as text, for services that carry text alone: in Node and in a browser alike. */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  // Whatever is handed to a function at once has to fit on the stack.
  for (let at = 0; at < bytes.length; at += atOnce) {
    text += String.fromCharCode(...bytes.subarray(at, at + atOnce));
  }
  return btoa(text);
}

export function fromBase64(text: string): Uint8Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

const atOnce = 4_096;
