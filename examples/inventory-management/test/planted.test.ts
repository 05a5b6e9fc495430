import { simulateSystem } from '@firedrill/core/scenario/testing';
import { expect, test } from 'vitest';
import { example } from '../src/example.ts';
import { hardened } from '../src/implementations/5-hardened.ts';
import type { Inventory } from '../src/types.ts';
import type { Implementation } from '@firedrill/core/scenario';
import { elusive } from './planted/index.ts';

const minute = 60_000;

function elusiveBug(name: string): Implementation<Inventory> {
  const bug = elusive.find((each) => each.name === name);
  if (bug === undefined) throw new RangeError(`There is no elusive bug ${name}.`);
  return bug;
}

/** Views that are wrong in the end, when more products change at once than one machine can tell of. */
const wrongAfterTheRush = (implementation: Implementation<Inventory>): Promise<number> =>
  simulateSystem(
    example,
    { implementation, settings: { maxNodes: 1, nodeWorkers: 1 } },
    async ({ system, sleep, truth }) => {
      for (const { id } of truth.catalogue.all) {
        await system.addToCart({ cartId: `cart-${id}`, productId: id, quantity: 1 });
      }
      await sleep(10 * minute);
      return truth.views.wrong();
    },
  );

/** The same when a service comes back slowly, and the last change comes at this moment. */
const wrongAfterLastChangeAt = (
  implementation: Implementation<Inventory>,
  lastMs: number,
): Promise<number> =>
  simulateSystem(
    example,
    {
      implementation,
      faults: [
        { kind: 'error', service: 'pickup', fromMs: 0, toMs: 9_000 },
        {
          kind: 'slow',
          service: 'pickup',
          fromMs: 9_000,
          toMs: minute,
          latency: { fixedMs: 900 },
        },
      ],
    },
    async ({ context, system, sleep, truth }) => {
      for (let number = 0; number < 8; number += 1) {
        await system.addToCart({ cartId: `cart-${number}`, productId: 'p-001', quantity: 1 });
        await sleep(250);
      }
      await sleep(lastMs - context.elapsedMs());
      await system.addToCart({ cartId: 'cart-last', productId: 'p-001', quantity: 1 });
      await sleep(3 * minute);
      return truth.views.wrong();
    },
  );

test('a change that no machine had room for is told later, and would be lost by refusal-forgotten', async () => {
  expect(await wrongAfterTheRush(hardened)).toBe(0);
  expect(await wrongAfterTheRush(elusiveBug('refusal-forgotten'))).toBeGreaterThan(0);
});

test('a change during a replay is told later, and would be lost by change-lost-in-replay', async () => {
  let lost = 0;
  for (let lastMs = 17_000; lastMs < 19_000; lastMs += 200) {
    expect(await wrongAfterLastChangeAt(hardened, lastMs), `${lastMs} ms`).toBe(0);
    lost += await wrongAfterLastChangeAt(elusiveBug('change-lost-in-replay'), lastMs);
  }
  expect(lost).toBeGreaterThan(0);
});
