import { simulateSystem } from '@firedrill/core/scenario/testing';
import { test } from 'vitest';
import type { Cart } from '../src/domain.ts';
import { example } from '../src/example.ts';

/**
 * What a hundred carts, filled and bought, cost the processor, all five implementations on the same
 * carts in virtual time: waiting costs nothing here, so the differences are their own work.
 */
const carts = 100;

const cart = (number: number): Cart => ({
  cartId: `cart-${number}`,
  productId: `p-${String((number % 40) + 1).padStart(3, '0')}`,
  quantity: 1,
});

test('a hundred carts, all at once, to the last update', async ({ bench }) => {
  const [first, ...others] = example.implementations.map(({ name }) =>
    bench(name, async () => {
      await shopAtOnce(name);
    }),
  );
  if (first === undefined) throw new Error('There is no implementation to measure.');
  await bench.compare(first, ...others, { iterations: 10, time: 500 });
});

const shopAtOnce = (implementation: string): Promise<void> =>
  simulateSystem(example, { implementation }, async ({ truth, system, sleep }) => {
    const shoppers = Array.from({ length: carts }, async (_, number) => {
      const inCart = cart(number);
      const amountCents = truth.catalogue.byId(inCart.productId)?.priceCents ?? 0;
      const order = { orderId: `order-${number}`, cart: inCart, amountCents };
      await system.addToCart(inCart);
      truth.orderPlaced(order);
      await system.buy(order);
    });
    await Promise.allSettled(shoppers);
    await sleep(20_000);
  });
