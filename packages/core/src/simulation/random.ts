import { host } from '#host';

import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

import { exp, log } from './portable-math.ts';

/** A stream of random draws. The same seed and name give the same draws on every machine. */
export interface Random {
  /** Uniform in [0, 1), with 53 random bits. */
  next(): number;
  /** Uniform among the integers from `min` to `max`, both included. */
  integer(min: number, max: number): number;
  /** True with probability `p`. */
  chance(p: number): boolean;
  /** Exponentially distributed with this mean, by inversion. */
  exponential(mean: number): number;
  /** Standard normal, by the polar method (Marsaglia and Bray 1964). */
  normal(): number;
  /** Log-normal with this median and this 99th percentile. */
  logNormal(percentiles: { readonly p50: number; readonly p99: number }): number;
  /** One of the items, each as likely as the other. RangeError when there is none. */
  pick<T>(items: readonly T[]): T;
  /**
   * Index drawn by weight. `cumulative[i]` is the sum of the weights up to and including `i`, so
   * that a draw costs a binary search.
   */
  weightedIndex(cumulative: readonly number[]): number;
  /** A shuffled copy (Fisher and Yates 1938, Durstenfeld 1964). */
  shuffle<T>(items: readonly T[]): T[];
  /** A well-formed UUID of version 4 (RFC 9562). */
  uuid(): string;
  /** Fills the array with random bytes. */
  fillBytes(bytes: Uint8Array): void;
  /**
   * A stream of its own, derived from the name of this stream and `name`, and not from how much was
   * drawn: each call with the same name starts the same stream at its beginning.
   */
  fork(name: string): Random;
}

/** The 99th percentile of the standard normal distribution. */
const normalP99 = 2.3263478740408408;

/**
 * The stream of this seed and path. Its 128-bit state is the first half of
 * SHA-256(JSON.stringify([seed, ...path])), read as four big-endian 32-bit words; the generator is
 * xoroshiro128+ (Blackman and Vigna 2018).
 */
export function createRandom(seed: number, ...path: readonly string[]): Random {
  checkSeed(seed);
  return new SeededRandom(seed, path);
}

/** RangeError unless the seed is a non-negative safe integer. */
export function checkSeed(seed: number): void {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`seed must be a non-negative safe integer, got ${seed}`);
  }
}

class SeededRandom implements Random {
  readonly #seed: number;
  readonly #path: readonly string[];
  readonly #generator: ReturnType<typeof xoroshiro128plusFromState>;
  #spareNormal: number | undefined;

  constructor(seed: number, path: readonly string[]) {
    this.#seed = seed;
    this.#path = path;
    const hash = host
      .createSha256()
      .update(JSON.stringify([seed, ...path]))
      .digest();
    const words = new DataView(hash.buffer, hash.byteOffset);
    this.#generator = xoroshiro128plusFromState([0, 4, 8, 12].map((at) => words.getInt32(at)));
  }

  next(): number {
    // The lowest bits of xoroshiro128+ are its weakest: both words give their upper ones.
    const high = this.#generator.next() >>> 5;
    const low = this.#generator.next() >>> 6;
    return (high * 0x4000000 + low) / 0x20000000000000;
  }

  integer(min: number, max: number): number {
    if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || min > max) {
      throw new RangeError(`min and max must be safe integers in order, got ${min} and ${max}`);
    }
    return uniformInt(this.#generator, min, max);
  }

  chance(p: number): boolean {
    return this.next() < p;
  }

  exponential(mean: number): number {
    return -mean * log(1 - this.next());
  }

  normal(): number {
    const spare = this.#spareNormal;
    if (spare !== undefined) {
      this.#spareNormal = undefined;
      return spare;
    }
    for (;;) {
      const u = 2 * this.next() - 1;
      const v = 2 * this.next() - 1;
      const square = u * u + v * v;
      if (square > 0 && square < 1) {
        const factor = Math.sqrt((-2 * log(square)) / square);
        this.#spareNormal = v * factor;
        return u * factor;
      }
    }
  }

  logNormal({ p50, p99 }: { readonly p50: number; readonly p99: number }): number {
    if (!(p50 > 0 && p99 >= p50 && p99 < Infinity)) {
      throw new RangeError(`p50 and p99 must hold 0 < p50 <= p99, got ${p50} and ${p99}`);
    }
    return p50 * exp((log(p99 / p50) / normalP99) * this.normal());
  }

  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('items must not be empty');
    const index = uniformInt(this.#generator, 0, items.length - 1);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the index is within the array
    return items[index] as T;
  }

  weightedIndex(cumulative: readonly number[]): number {
    const total = cumulative.at(-1) ?? 0;
    if (!(total > 0 && total < Infinity)) {
      throw new RangeError(`cumulative must end in a positive sum of weights, got ${total}`);
    }
    const drawn = this.next() * total;
    let low = 0;
    let high = cumulative.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((cumulative[middle] ?? 0) > drawn) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  shuffle<T>(items: readonly T[]): T[] {
    const result = [...items];
    for (let last = result.length - 1; last > 0; last -= 1) {
      const other = uniformInt(this.#generator, 0, last);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- both are within the array
      [result[last], result[other]] = [result[other] as T, result[last] as T];
    }
    return result;
  }

  uuid(): string {
    const a = hex(this.#generator.next());
    const b = hex(this.#generator.next());
    const c = hex((this.#generator.next() & 0x3fffffff) | 0x80000000);
    const d = hex(this.#generator.next());
    return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-${c.slice(0, 4)}-${c.slice(4)}${d}`;
  }

  fillBytes(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += 4) {
      const word = this.#generator.next();
      for (let i = 0; i < 4 && at + i < bytes.length; i += 1) bytes[at + i] = word >>> (8 * i);
    }
  }

  fork(name: string): Random {
    return new SeededRandom(this.#seed, [...this.#path, name]);
  }
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
