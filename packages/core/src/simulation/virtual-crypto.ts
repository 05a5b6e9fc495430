import crypto from 'node:crypto';

import { activeSimulation } from './active.ts';

const webCrypto = globalThis.crypto;
const real = {
  getRandomValues: webCrypto.getRandomValues.bind(webCrypto),
  randomUUID: crypto.randomUUID,
  randomBytes: crypto.randomBytes,
  randomInt: crypto.randomInt,
  randomFillSync: crypto.randomFillSync,
  randomFill: crypto.randomFill,
};

type Done<T> = (error: Error | null, result: T) => void;

/** Bytes that `crypto.getRandomValues` fills in one call at most (Web Cryptography API). */
const quotaBytes = 65_536;

function getRandomValues<T extends Parameters<typeof real.getRandomValues>[0]>(array: T): T {
  const random = activeSimulation()?.cryptoRandom;
  const isRefused =
    !ArrayBuffer.isView(array) ||
    array.byteLength > quotaBytes ||
    array instanceof Float32Array ||
    array instanceof Float64Array ||
    array instanceof DataView;
  if (random === undefined || isRefused) {
    real.getRandomValues(array);
    return array;
  }
  random.fillBytes(bytesOf(array));
  return array;
}

function randomUUID(options?: crypto.RandomUUIDOptions): string {
  return activeSimulation()?.cryptoRandom.uuid() ?? real.randomUUID(options);
}

function randomBytes(size: number, done?: Done<Buffer>): Buffer | void {
  const simulation = activeSimulation();
  const isRefused = !Number.isInteger(size) || size < 0 || size > 2 ** 31 - 1;
  if (simulation === undefined || isRefused) {
    return done === undefined ? real.randomBytes(size) : real.randomBytes(size, done);
  }
  const bytes = Buffer.alloc(size);
  simulation.cryptoRandom.fillBytes(bytes);
  return answer(bytes, done);
}

function randomInt(...args: [number, (number | Done<number>)?, Done<number>?]): number | void {
  const simulation = activeSimulation();
  const [first, second, third] = args;
  const [min, max, done] = typeof second === 'number' ? [first, second, third] : [0, first, second];
  const isRefused = !Number.isSafeInteger(min) || !Number.isSafeInteger(max) || max <= min;
  if (simulation === undefined || isRefused || max - min > 2 ** 48 - 1) {
    return Reflect.apply(real.randomInt, crypto, args);
  }
  return answer(simulation.cryptoRandom.integer(min, max - 1), done);
}

function randomFillSync<T extends NodeJS.ArrayBufferView>(view: T, offset = 0, size?: number): T {
  const random = activeSimulation()?.cryptoRandom;
  if (random === undefined || !ArrayBuffer.isView(view)) {
    return real.randomFillSync(view, offset, size);
  }
  const elementBytes = 'BYTES_PER_ELEMENT' in view ? view.BYTES_PER_ELEMENT : 1;
  const from = offset * elementBytes;
  const to = size === undefined ? view.byteLength : from + size * elementBytes;
  if (!(from >= 0 && from <= to && to <= view.byteLength)) {
    return real.randomFillSync(view, offset, size);
  }
  random.fillBytes(bytesOf(view).subarray(from, to));
  return view;
}

function randomFill<T extends NodeJS.ArrayBufferView>(
  view: T,
  ...rest: [...range: number[], done: Done<T>]
): void {
  const done = rest.at(-1);
  if (activeSimulation() === undefined || typeof done !== 'function') {
    Reflect.apply(real.randomFill, crypto, [view, ...rest]);
    return;
  }
  const [offset, size] = rest.filter((argument) => typeof argument === 'number');
  answer(randomFillSync(view, offset, size), done);
}

/** Node calls back from its thread pool: here on an immediate, at the same instant. */
function answer<T>(result: T, done: Done<T> | undefined): T | void {
  if (done === undefined) return result;
  activeSimulation()?.engine.setImmediate(() => {
    done(null, result);
  }, []);
}

function bytesOf(
  view: Pick<NodeJS.ArrayBufferView, 'buffer' | 'byteOffset' | 'byteLength'>,
): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/** What takes the place of the random functions of `globalThis.crypto`. */
export const virtualWebCrypto = { getRandomValues, randomUUID } as const;

/**
 * What takes the place of the random functions of `node:crypto`. Its `getRandomValues` cannot be
 * replaced: it reads the one of `globalThis.crypto`.
 */
export const virtualNodeCrypto = {
  randomUUID,
  randomBytes,
  randomInt,
  randomFillSync,
  randomFill,
} as const;
