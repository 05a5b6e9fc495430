import { simulateSystem } from '@firedrill/core/scenario/testing';
import { expect, test } from 'vitest';
import type { Product } from '../src/domain.ts';
import { example } from '../src/example.ts';
import { createCatalogue } from '../src/services/catalogue.ts';
import { type Settings, settingsSchema } from '../src/settings.ts';
import { type Backorders, createBackorders } from '../src/truth/backorders.ts';
import type { OrderRecord } from '../src/truth/orders.ts';
import { createRandom } from '@firedrill/core/simulation';
import { expectAllInOrder, orderFor } from './shopping.ts';
import { plainStock } from './plain-stock.ts';

const minute = 60_000;
const product: Product = {
  id: 'p-001',
  name: 'Kettle',
  isHot: true,
  units: 2,
  keptUnits: 0,
  backorders: { units: 3, byMs: 10 * minute },
  priceCents: 4_900,
};
const { id: productId } = product;

function aStock() {
  const stock = plainStock(product);
  const hold = (reservationId: string, quantity = 1, above = 3) =>
    stock.reserve({ productId, reservationId, quantity, above }).status;
  const isShort = (reservationId: string): boolean =>
    stock.find(productId, reservationId).isShort ?? false;
  return { hold, isShort, stock };
}

test('units are held above what is there, down to the limit, and those who come first have what is there', () => {
  const { hold, isShort, stock } = aStock();
  expect(['a', 'b', 'c', 'd', 'e', 'f'].map((id) => hold(id))).toEqual([
    'held',
    'held',
    'held',
    'held',
    'held',
    'sold-out',
  ]);
  expect(['a', 'b', 'c', 'd', 'e'].map(isShort)).toEqual([false, false, true, true, true]);
  stock.end({ productId, reservationId: 'a', from: 'held', as: 'released' });
  expect(['b', 'c', 'd', 'e'].map(isShort), 'what comes back is for the next').toEqual([
    false,
    false,
    true,
    true,
  ]);
});

test('a delivery is booked once, goes to those who wait, and ends what is sold above it', () => {
  const { hold, isShort, stock } = aStock();
  for (const id of ['a', 'b', 'c']) hold(id);
  const receipt = { productId, deliveryId: 'one', quantity: 2 };
  expect(stock.receive(receipt).available).toBe(1);
  expect(stock.receive(receipt).available, 'told again').toBe(1);
  expect(isShort('c')).toBe(false);
  expect([hold('d'), hold('e')]).toEqual(['held', 'sold-out']);
  expect(stock.totals.unitsOff).toBe(0);
});

test('a pair waits for both of its units, and nobody behind it has the first of them', () => {
  const { hold, isShort, stock } = aStock();
  hold('a');
  hold('pair', 2);
  hold('c');
  expect(['a', 'pair', 'c'].map(isShort)).toEqual([false, true, true]);
  stock.receive({ productId, deliveryId: 'one', quantity: 1 });
  expect(['a', 'pair', 'c'].map(isShort)).toEqual([false, false, true]);
});

const policies = (set: Partial<Record<keyof Settings, unknown>>) =>
  createCatalogue(
    settingsSchema.parse({ products: 2, hotProducts: 1, ...set }),
    createRandom(1),
  ).all.map(({ keptUnits, backorders }) => [keptUnits, backorders?.units ?? 0]);

test('whose books are wrong sells nothing above them, and one policy is one for each product', () => {
  const none = [0, 0];
  expect(policies({})).toEqual([none, none]);
  expect(policies({ bufferUnits: 4 })).toEqual([
    [4, 0],
    [4, 0],
  ]);
  expect(policies({ oversell: 1, bufferUnits: 4, hotUnits: 50 })).toEqual([
    [0, 10],
    [4, 0],
  ]);
  expect(policies({ oversell: 1, miscounts: 1, hotUnits: 50 })).toEqual([
    [3, 0],
    [3, 0],
  ]);
});

/** The judge, with what a shop does told by hand. */
function judge() {
  const told: string[] = [];
  let shelf = product.units;
  let isDelivered = false;
  const backorders = createBackorders({
    products: [product],
    elapsedMs: () => 0,
    onShelf: () => shelf,
    isDelivered: () => isDelivered,
    isOpen: () => true,
    wasWell: () => true,
    violate: (rule) => told.push(rule),
  });
  const send = (cartId: string, quantity = 1): void => {
    shelf -= quantity;
    const cart = { cartId, productId, quantity };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is read of it
    const record = { order: { orderId: cartId, cart, amountCents: 0 } } as OrderRecord;
    backorders.sent(record, true);
  };
  const deliver = (units: number): void => {
    shelf += units;
    isDelivered = true;
    backorders.delivered(productId);
  };
  return { backorders, deliver, send, told };
}

const holdAll = (backorders: Backorders, ...ids: readonly string[]): void => {
  for (const id of ids) backorders.held(id, 1, productId);
};

test('the judge counts what is held beyond the policy, and what is held above a delivery that is there', () => {
  const { backorders, deliver, told } = judge();
  holdAll(backorders, 'a', 'b', 'c', 'd', 'e');
  expect(backorders.unitsBeyond).toBe(0);
  holdAll(backorders, 'f');
  expect(backorders.unitsBeyond).toBe(1);
  backorders.ended('f');
  deliver(2);
  holdAll(backorders, 'g');
  expect(backorders.unitsBeyond).toBe(2);
  expect(told).toEqual(['oversold-as-allowed', 'oversold-as-allowed']);
});

test('the judge sees a parcel with units that somebody before was waiting for', () => {
  const { backorders, deliver, send, told } = judge();
  holdAll(backorders, 'a', 'b', 'c', 'd');
  send('b');
  send('a');
  expect(backorders.outOfTurn, 'there were two for the two').toBe(0);
  deliver(1);
  send('d');
  expect(told).toEqual(['backorders-in-turn']);
});

test('orders above the shelf are told to wait, and sent or paid back by the date, also after a crash', async () => {
  await simulateSystem(
    example,
    {
      implementation: 'hardened',
      settings: { products: 2, hotProducts: 1, hotUnits: 10, oversell: true, oversellPercent: 100 },
      faults: [{ kind: 'crash', service: 'app', fromMs: 5 * minute, toMs: 5 * minute + 500 }],
    },
    async ({ sleep, system, truth }) => {
      const statuses: string[] = [];
      for (let number = 1; number <= 21; number += 1) {
        const cart = { cartId: `cart-${number}`, productId, quantity: 1 };
        truth.cartWanted(cart);
        const inCart = await system.addToCart(cart);
        truth.cartAnswered(cart, inCart);
        if (inCart.status !== 'in-cart') {
          statuses.push(inCart.status);
          continue;
        }
        const order = orderFor(truth, cart);
        truth.orderPlaced(order);
        const answer = await system.buy(order);
        truth.orderAnswered(order, answer);
        statuses.push(answer.status === 'refused' ? answer.reason : answer.status);
      }
      const bought = (status: string) => statuses.filter((each) => each === status).length;
      expect(bought('backordered')).toBeGreaterThan(5);
      expect(bought('sold-out')).toBe(bought('card') === 0 ? 1 : 0);
      expect(truth.backorders?.told).toBe(bought('backordered'));
      await sleep(40 * minute);
      expectAllInOrder(truth);
      expect(truth.backorders?.broken()).toBe(0);
      expect(truth.backorders?.cancelledInTheEnd).toBeLessThan(bought('backordered'));
    },
  );
});
