import { createRandom } from '@firedrill/core/simulation';
import { simulateSystem } from '@firedrill/core/scenario/testing';
import { describe, expect, test } from 'vitest';
import { example } from '../src/example.ts';
import { createForecast } from '../src/implementations/hardened/forecast.ts';
import { createLevels } from '../src/implementations/hardened/levels.ts';
import { createRing } from '../src/domain/ring.ts';
import { runSaga, type SagaStep, undoSaga } from '../src/implementations/hardened/saga.ts';

const keys = Array.from({ length: 5_000 }, (_, index) => `p-${index}`);

describe('the consistent hash', () => {
  const four = ['a', 'b', 'c', 'd'];

  test('gives every node its share, within a third', () => {
    const ring = createRing(four);
    for (const node of four) {
      const share = keys.filter((key) => ring.nodeOf(key) === node).length / keys.length;
      expect(share).toBeGreaterThan(0.25 * 0.67);
      expect(share).toBeLessThan(0.25 * 1.33);
    }
  });

  test('moves only keys to the node that joins, and about its share of them', () => {
    const [before, after] = [createRing(four), createRing([...four, 'e'])];
    const moved = keys.filter((key) => before.nodeOf(key) !== after.nodeOf(key));
    expect(new Set(moved.map((key) => after.nodeOf(key)))).toEqual(new Set(['e']));
    expect(moved.length / keys.length).toBeLessThan(0.3);
  });

  test('does not depend on the order of its nodes', () => {
    const [one, other] = [createRing(four), createRing(four.toReversed())];
    for (const key of keys) expect(one.nodeOf(key)).toBe(other.nodeOf(key));
  });

  test('names all nodes once, from that of the key on', () => {
    const ring = createRing(four);
    for (const key of keys.slice(0, 200)) {
      const nodes = ring.nodesFrom(key);
      expect(nodes[0]).toBe(ring.nodeOf(key));
      expect(nodes.toSorted()).toEqual(four);
    }
  });

  test('of no node is refused', () => {
    expect(() => createRing([])).toThrow(RangeError);
  });
});

test('an older level that comes after a newer one changes nothing, and is told to nobody', () => {
  const told: number[] = [];
  const levels = createLevels(({ version }) => told.push(version));
  for (const version of [1, 3, 2, 3, 4]) {
    levels.note({ productId: 'p-001', available: 10 - version, version });
  }
  expect(told).toEqual([1, 3, 4]);
  levels.note({ productId: 'p-001', available: 9, version: 1 });
  expect(levels.get('p-001')).toEqual({ productId: 'p-001', available: 6, version: 4 });
});

/** Three steps that write down what happens; one of them may fail. */
const steps = (log: string[], fails: string): readonly SagaStep<null, string>[] =>
  ['reserve', 'pay', 'ship'].map((name) => ({
    name,
    run: async () => {
      log.push(name);
      if (fails === `${name} refuses`) return 'no';
      if (fails === `${name} throws`) throw new Error(name);
      return undefined;
    },
    undo: async () => {
      log.push(`undo ${name}`);
    },
  }));

describe('the saga', () => {
  test('runs its steps in order', async () => {
    const log: string[] = [];
    expect(await runSaga(steps(log, ''), null)).toEqual({ kind: 'done' });
    expect(log).toEqual(['reserve', 'pay', 'ship']);
  });

  test.each([
    ['pay refuses', 'refused'],
    ['pay throws', 'failed'],
  ])('undoes from the step that ended it backwards when %s', async (fails, kind) => {
    const log: string[] = [];
    const outcome = await runSaga(steps(log, fails), null);
    expect(outcome.kind).toBe(kind);
    if (outcome.kind !== 'done') await undoSaga(steps(log, ''), null, outcome.step);
    expect(log).toEqual(['reserve', 'pay', 'undo pay', 'undo reserve']);
  });
});

describe('the forecast', () => {
  const options = { horizon: 5, levelWeight: 0.4, trendWeight: 0.2 };

  test('of a constant load is that load', () => {
    const forecast = createForecast(options);
    for (let interval = 0; interval < 20; interval += 1) expect(forecast.next(40)).toBe(40);
  });

  test('of a rising load is ahead of it, and of a falling one is never negative', () => {
    const forecast = createForecast(options);
    let ahead = 0;
    for (let load = 0; load <= 100; load += 5) ahead = forecast.next(load);
    expect(ahead).toBeGreaterThan(110);
    for (let load = 100; load >= 0; load -= 10) {
      expect(forecast.next(load)).toBeGreaterThanOrEqual(0);
    }
  });
});

describe('the fleet', () => {
  const settings = { nodeWorkers: 2, minNodes: 1, maxNodes: 6, units: 100_000 };

  test('grows with the load before it refuses, shrinks after it, and costs less than its peak', () =>
    simulateSystem(
      example,
      { implementation: 'hardened', settings },
      async ({ system, context, sleep, truth, close, reported }) => {
        const random = createRandom(1, 'products');
        const nodes = () => truth.machines.rented;
        /** Fills carts at a rate for some seconds. */
        const load = async (perSecond: number, seconds: number): Promise<void> => {
          for (let number = 0; number < perSecond * seconds; number += 1) {
            const { id: productId } = random.pick(truth.catalogue.all);
            const cartId = `cart-${context.elapsedMs()}-${number}`;
            void system.addToCart({ cartId, productId, quantity: 1 });
            await sleep(1_000 / perSecond);
          }
        };
        await load(1, 60);
        expect(nodes()).toBe(1);
        for (const perSecond of [2, 3, 4, 5, 6]) await load(perSecond, 15);
        await load(6, 60);
        const peak = nodes();
        expect(peak).toBeGreaterThan(2);
        expect(peak).toBeLessThanOrEqual(settings.maxNodes);
        await load(1, 300);
        expect(nodes()).toBeLessThan(peak);

        const { costUsd } = truth.machines;
        const hours = context.elapsedMs() / 3_600_000;
        expect(costUsd).toBeGreaterThan(hours * context.settings.nodeUsdPerHour);
        expect(costUsd).toBeLessThan(0.7 * peak * hours * context.settings.nodeUsdPerHour);
        expect(reported.refusedUpdates.total).toBe(0);
        await close();
        expect(nodes()).toBe(0);
      },
    ));
});
