import { sleep } from '@firedrill/core/resilience';
import { expect, test } from 'vitest';
import type { Downstream } from '../src/domain/downstreams.ts';
import { createDownstreamBreakers } from '../src/implementations/hardened/breakers.ts';
import { createMissedUpdates } from '../src/implementations/hardened/missed.ts';
import { inPlace } from './in-place.ts';

const minute = 60_000;
const products = 300;
const productIds = Array.from({ length: products }, (_, index) => `p-${index}`);

/** What was missed, of services that are away for a while, each for its own; each update takes its time. */
const withMissed = (
  awayUntilMs: Partial<Record<Downstream, number>>,
  taskMs: number,
  body: (at: {
    readonly missed: ReturnType<typeof createMissedUpdates>;
    readonly breakers: ReturnType<typeof createDownstreamBreakers>;
    /** Updates that were tried, and that arrived, in their order. */
    readonly tried: readonly string[];
    readonly told: readonly string[];
    readonly mostAtOnce: () => number;
    readonly notes: readonly string[];
    readonly elapsedMs: () => number;
  }) => Promise<void>,
): Promise<void> => {
  const tried: string[] = [];
  const told: string[] = [];
  const notes: string[] = [];
  let running = 0;
  let mostAtOnce = 0;
  const breakers = createDownstreamBreakers();
  return inPlace(
    { settings: { products } },
    (context) =>
      createMissedUpdates(
        { ...context, telemetry: { ...context.telemetry, note: ({ name }) => notes.push(name) } },
        breakers,
        async (downstream, productId) => {
          const id = `${downstream}/${productId}`;
          tried.push(id);
          running += 1;
          mostAtOnce = Math.max(mostAtOnce, running);
          await sleep(taskMs);
          running -= 1;
          if (context.clock.elapsedMs() < (awayUntilMs[downstream] ?? 0)) throw new Error('away');
          told.push(id);
        },
        12,
      ),
    ({ part: missed, context: { elapsedMs } }) =>
      body({ missed, breakers, tried, told, notes, elapsedMs, mostAtOnce: () => mostAtOnce }),
  );
};

const error = new Error('away');

test('a product that was missed ten times is told once', () =>
  withMissed({}, 10, async ({ missed, told }) => {
    for (let change = 0; change < 10; change += 1) {
      missed.add('search', 'p-1', 'failed', error);
      missed.add('ads', 'p-1', 'failed', error);
    }
    expect(missed.size).toBe(2);
    await sleep(3_000);
    expect(told.toSorted()).toEqual(['ads/p-1', 'search/p-1']);
    expect(missed.size).toBe(0);
  }));

test('what is missed after it was told again is told once more', () =>
  withMissed({}, 10, async ({ missed, told }) => {
    for (let round = 1; round <= 3; round += 1) {
      missed.add('search', 'p-1', 'failed', error);
      await sleep(2_000);
      expect(told).toHaveLength(round);
    }
  }));

test('what is missed while it is being told again is not forgotten', () =>
  withMissed({}, 600, async ({ missed, tried, told }) => {
    missed.add('search', 'p-1', 'failed', error);
    while (tried.length === 0) await sleep(100);
    missed.add('search', 'p-1', 'failed', error);
    await sleep(4_000);
    expect(told).toEqual(['search/p-1', 'search/p-1']);
    expect(missed.size).toBe(0);
  }));

test('what cannot be told stays, and is one letter still', () =>
  withMissed({ search: 10 * minute }, 10, async ({ missed, told }) => {
    missed.add('search', 'p-1', 'failed', error);
    await sleep(minute);
    missed.add('search', 'p-1', 'failed', error);
    expect(missed.size).toBe(1);
    await sleep(minute);
    expect(missed.size).toBe(1);
    expect(told).toEqual([]);
  }));

test('a service that is away is tried now and then, and when it is back it is told all within a minute', () =>
  withMissed({ search: 5 * minute }, 10, async ({ missed, tried, told, breakers, notes }) => {
    for (const id of productIds) missed.add('search', id, 'failed', error);
    missed.add('ads', 'p-1', 'failed', error);
    await sleep(minute);
    expect(breakers.state('search')).not.toBe('closed');
    expect(told).toEqual(['ads/p-1']);
    const before = tried.length;
    await sleep(4 * minute);
    // It is not asked for longer than twenty seconds at a time, and then for one product.
    expect(tried.length - before).toBeGreaterThanOrEqual(10);
    expect(tried.length - before).toBeLessThan(30);
    expect(notes).toEqual([]);
    await sleep(minute);
    expect(missed.size).toBe(0);
    expect(new Set(told).size).toBe(1 + products);
    expect(notes).toEqual(['caught-up']);
    await sleep(minute);
    expect(notes).toEqual(['caught-up']);
  }));

test('a service that is just back is not run over, however much is missed meanwhile', () =>
  withMissed({}, 3_000, async ({ missed, mostAtOnce }) => {
    for (let second = 0; second < 10; second += 1) {
      for (const id of productIds.slice(30 * second, 30 * (second + 1))) {
        missed.add('search', id, 'failed', error);
      }
      await sleep(1_000);
    }
    await sleep(minute);
    expect(mostAtOnce()).toBe(16);
  }));

test('at the end services that are back are told what they missed, and no time is lost then', () =>
  withMissed({ search: 2 * minute }, 10, async ({ missed, told, elapsedMs }) => {
    missed.add('search', 'p-1', 'failed', error);
    await missed.close();
    expect(told).toEqual(['search/p-1']);
    expect(elapsedMs()).toBeLessThan(2.5 * minute);
  }));

test('at the end a service that does not come back is waited for for three minutes', () =>
  withMissed({ search: 60 * minute }, 10, async ({ missed, tried, elapsedMs }) => {
    missed.add('search', 'p-1', 'failed', error);
    await missed.close();
    expect(missed.size).toBe(1);
    expect(elapsedMs()).toBeGreaterThanOrEqual(3 * minute);
    expect(elapsedMs()).toBeLessThan(3.1 * minute);
    const before = tried.length;
    await sleep(minute);
    expect(tried).toHaveLength(before);
  }));

test('with nothing missed the end takes no time', () =>
  withMissed({}, 10, async ({ missed, elapsedMs }) => {
    await missed.close();
    expect(elapsedMs()).toBe(0);
  }));
