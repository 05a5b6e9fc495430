import { activeSimulation } from './active.ts';
import { originalMethod } from './host/original.ts';

const webCrypto = globalThis.crypto;
const realGetRandomValues = originalMethod(webCrypto, 'getRandomValues');
const realRandomUUID = originalMethod(webCrypto, 'randomUUID');

function getRandomValues(this: unknown, array: ArrayBufferView): ArrayBufferView {
  // The real function refuses what must be refused; what it has filled is filled anew.
  realGetRandomValues(this, array);
  activeSimulation()?.cryptoRandom.fillBytes(bytesOf(array));
  return array;
}

function randomUUID(this: unknown): unknown {
  const random = activeSimulation()?.cryptoRandom;
  return random === undefined || this !== webCrypto ? realRandomUUID(this) : random.uuid();
}

/** The bytes under a buffer, a typed array or a view of data. */
export function bytesOf(data: ArrayBufferLike | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

/** What takes the place of the random functions of `globalThis.crypto`. */
export const virtualWebCrypto = { getRandomValues, randomUUID } as const;
