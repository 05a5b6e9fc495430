import crypto from 'node:crypto';

import { activeSimulation } from '../../active.ts';
import { bytesOf } from '../../virtual-crypto.ts';
import { virtualNow } from '../../virtual-date.ts';
import { originalMethod } from '../original.ts';

type Done<T> = (error: Error | null, result: T) => void;

const real = {
  randomUUID: crypto.randomUUID,
  randomUUIDv7: originalMethod(crypto, 'randomUUIDv7'),
  randomBytes: crypto.randomBytes,
  randomInt: crypto.randomInt,
  randomFillSync: crypto.randomFillSync,
  randomFill: crypto.randomFill,
};

// What must be refused is left to the real function, which does it in Node's own words.

function randomUUID(options?: crypto.RandomUUIDOptions): string {
  const random = activeSimulation()?.cryptoRandom;
  if (random === undefined || options !== undefined) {
    const uuid = real.randomUUID(options);
    if (random === undefined) return uuid;
  }
  return random.uuid();
}

/** A UUID of version 7 (RFC 9562): the virtual time in milliseconds, then random bits. */
function randomUUIDv7(options?: unknown): string {
  const random = activeSimulation()?.cryptoRandom;
  if (random === undefined || options !== undefined) {
    const uuid = real.randomUUIDv7(crypto, options);
    if (random === undefined) return String(uuid);
  }
  const time = virtualNow().toString(16).padStart(12, '0').slice(-12);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.uuid().slice(15)}`;
}

function randomBytes(size: number, done?: Done<Buffer>): Buffer | void {
  const simulation = activeSimulation();
  const isRefused =
    !Number.isInteger(size) ||
    size < 0 ||
    size > 2 ** 31 - 1 ||
    (done !== undefined && typeof done !== 'function');
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
  const hasMin = second !== undefined && typeof second !== 'function';
  const [min, max, done] = hasMin ? [first, second, third] : [0, first, second];
  const isRefused =
    !Number.isSafeInteger(min) ||
    !Number.isSafeInteger(max) ||
    max <= min ||
    max - min > 2 ** 48 - 1 ||
    (done !== undefined && typeof done !== 'function');
  if (simulation === undefined || isRefused) return Reflect.apply(real.randomInt, crypto, args);
  return answer(simulation.cryptoRandom.integer(min, max - 1), done);
}

type Fillable = NodeJS.ArrayBufferView | ArrayBuffer;

function randomFillSync<T extends Fillable>(target: T, offset?: number, size?: number): T {
  Reflect.apply(real.randomFillSync, crypto, [target, offset, size]);
  const unit = 'BYTES_PER_ELEMENT' in target ? target.BYTES_PER_ELEMENT : 1;
  const from = (offset ?? 0) * unit;
  const to = size === undefined ? target.byteLength : from + size * unit;
  activeSimulation()?.cryptoRandom.fillBytes(bytesOf(target).subarray(from, to));
  return target;
}

function randomFill<T extends Fillable>(
  target: T,
  ...rest: [...range: number[], done: Done<T>]
): void {
  const done = rest.find((argument) => typeof argument === 'function');
  const range: unknown[] = done === undefined ? [] : rest.slice(0, rest.indexOf(done));
  const isRefused =
    done === undefined || range.some((bound) => bound !== undefined && typeof bound !== 'number');
  if (activeSimulation() === undefined || isRefused) {
    Reflect.apply(real.randomFill, crypto, [target, ...rest]);
    return;
  }
  Reflect.apply(randomFillSync, undefined, [target, ...range]);
  answer(target, done);
}

/** Node calls back from its thread pool: here on an immediate, at the same instant. */
function answer<T>(result: T, done: Done<T> | undefined): T | void {
  if (done === undefined) return result;
  activeSimulation()?.engine.setImmediate(() => {
    done(null, result);
  }, []);
}

/** Other names of `randomBytes`, from older times. */
const aliases = ['pseudoRandomBytes', 'prng', 'rng'].filter((name) => Object.hasOwn(crypto, name));

/**
 * What takes the place of the random functions of `node:crypto`. Its `getRandomValues` cannot be
 * replaced: it reads the one of `globalThis.crypto`.
 */
export const virtualNodeCrypto: Readonly<Record<string, unknown>> = {
  randomUUID,
  randomBytes,
  randomInt,
  randomFillSync,
  randomFill,
  // Of Node 24.16 and 26.1.
  ...('randomUUIDv7' in crypto && { randomUUIDv7 }),
  ...Object.fromEntries(aliases.map((name) => [name, randomBytes])),
};
