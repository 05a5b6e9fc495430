import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { createRandom } from './random.ts';

const draws = 20_000;

function sample(draw: () => number): { sorted: number[]; mean: number; deviation: number } {
  const values = Array.from({ length: draws }, draw);
  const mean = values.reduce((sum, value) => sum + value, 0) / draws;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    sorted: values.toSorted((a, b) => a - b),
    mean,
    deviation: Math.sqrt(squares / draws),
  };
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.floor(q * sorted.length)] ?? NaN;
}

describe('a random stream', () => {
  it('starts with the same draws on every machine', () => {
    const random = createRandom(42, 'example');
    expect([random.next(), random.normal(), random.exponential(10), random.uuid()]).toEqual([
      0.8793592986987933,
      -0.8862376293121242,
      1.225595701329886,
      '8bb80a59-c563-4cae-8880-03b506a8eb75',
    ]);
  });

  it('depends on the seed and on each part of its name', () => {
    const first = [
      createRandom(1, 'a').next(),
      createRandom(2, 'a').next(),
      createRandom(1, 'b').next(),
      createRandom(1, 'a', 'b').next(),
      createRandom(1, 'a,b').next(),
      createRandom(1).next(),
    ];
    expect(new Set(first).size).toBe(first.length);
  });

  it('forks by name, whatever was drawn before', () => {
    const fresh = createRandom(1, 'a');
    const used = createRandom(1, 'a');
    used.next();
    expect(used.fork('x').next()).toBe(fresh.fork('x').next());
    expect(fresh.fork('x').next()).not.toBe(fresh.fork('y').next());
  });

  it('draws uniformly from [0, 1)', () => {
    const random = createRandom(1);
    const { sorted, mean } = sample(() => random.next());
    expect(sorted[0]).toBeGreaterThanOrEqual(0);
    expect(sorted.at(-1)).toBeLessThan(1);
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / draws));
    expect(Math.abs(quantile(sorted, 0.9) - 0.9)).toBeLessThan(0.01);
  });

  it('draws integers between both bounds, both included', () => {
    fc.assert(
      fc.property(fc.nat(), fc.maxSafeInteger(), fc.maxSafeInteger(), (seed, a, b) => {
        const [min, max] = a < b ? [a, b] : [b, a];
        const drawn = createRandom(seed).integer(min, max);
        expect(Number.isSafeInteger(drawn)).toBe(true);
        expect(drawn).toBeGreaterThanOrEqual(min);
        expect(drawn).toBeLessThanOrEqual(max);
      }),
    );
    const random = createRandom(1);
    const seen = new Set(Array.from({ length: 200 }, () => random.integer(-1, 2)));
    expect(seen).toEqual(new Set([-1, 0, 1, 2]));
  });

  it('draws normals with mean 0 and deviation 1', () => {
    const random = createRandom(1);
    const { sorted, mean, deviation } = sample(() => random.normal());
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(draws));
    expect(Math.abs(deviation - 1)).toBeLessThan(4 / Math.sqrt(2 * draws));
    expect(Math.abs(quantile(sorted, 0.975) - 1.96)).toBeLessThan(0.1);
  });

  it('draws exponentials with a mean and a deviation of the mean', () => {
    const random = createRandom(1);
    const { sorted, mean, deviation } = sample(() => random.exponential(50));
    expect(sorted[0]).toBeGreaterThanOrEqual(0);
    expect(Math.abs(mean - 50)).toBeLessThan((4 * 50) / Math.sqrt(draws));
    expect(Math.abs(deviation - 50)).toBeLessThan((8 * 50) / Math.sqrt(draws));
  });

  it('draws log-normals by their median and 99th percentile', () => {
    const random = createRandom(1);
    const { sorted } = sample(() => random.logNormal({ p50: 80, p99: 2000 }));
    expect(quantile(sorted, 0.5) / 80).toBeGreaterThan(0.95);
    expect(quantile(sorted, 0.5) / 80).toBeLessThan(1.05);
    expect(quantile(sorted, 0.99) / 2000).toBeGreaterThan(0.85);
    expect(quantile(sorted, 0.99) / 2000).toBeLessThan(1.15);
    expect(random.logNormal({ p50: 7, p99: 7 })).toBe(7);
  });

  it('is true by chance as often as told', () => {
    const random = createRandom(1);
    const hits = Array.from({ length: draws }, () => random.chance(0.2)).filter(Boolean).length;
    expect(Math.abs(hits / draws - 0.2)).toBeLessThan(4 * Math.sqrt(0.16 / draws));
    expect([random.chance(0), random.chance(1)]).toEqual([false, true]);
  });

  it('draws indexes by weight, and never one without weight', () => {
    const random = createRandom(1);
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < draws; i += 1) {
      const index = random.weightedIndex([1, 1, 4, 4]);
      counts[index] = (counts[index] ?? 0) + 1;
    }
    expect([counts[1], counts[3]]).toEqual([0, 0]);
    expect(Math.abs((counts[0] ?? 0) / draws - 0.25)).toBeLessThan(4 * Math.sqrt(0.1875 / draws));
  });

  it('shuffles a copy, and every order can come', () => {
    const random = createRandom(1);
    const items = [1, 2, 3];
    const orders = new Set(Array.from({ length: 200 }, () => random.shuffle(items).join('')));
    expect(orders.size).toBe(6);
    expect(items).toEqual([1, 2, 3]);
  });

  it('makes well-formed UUIDs of version 4', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        expect(createRandom(seed).uuid()).toMatch(
          /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        );
      }),
    );
  });

  it('fills every byte of an array of any length', () => {
    const random = createRandom(1);
    const touched = [false, false, false, false, false, false, false];
    for (let i = 0; i < 50; i += 1) {
      const bytes = new Uint8Array(touched.length);
      random.fillBytes(bytes);
      for (const [at, byte] of bytes.entries()) touched[at] ||= byte !== 0;
    }
    expect(touched).not.toContain(false);
  });

  it.each([
    ['seed', () => createRandom(-1)],
    ['seed', () => createRandom(1.5)],
    ['min and max', () => createRandom(1).integer(2, 1)],
    ['p50 and p99', () => createRandom(1).logNormal({ p50: 10, p99: 5 })],
    ['items', () => createRandom(1).pick([])],
    ['cumulative', () => createRandom(1).weightedIndex([0, 0])],
  ])('refuses a bad %s by name', (name, draw) => {
    expect(draw).toThrow(RangeError);
    expect(draw).toThrow(name);
  });
});
