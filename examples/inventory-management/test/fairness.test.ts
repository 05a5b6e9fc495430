import { expect, test } from 'vitest';
import type { Product } from '../src/domain.ts';
import { limitFor } from '../src/implementations/hardened/limits.ts';
import { createFairness } from '../src/truth/fairness.ts';
import { plainStock } from './plain-stock.ts';

const hot: Product = {
  id: 'p-001',
  name: 'Kettle',
  isHot: true,
  units: 10,
  keptUnits: 0,
  priceCents: 4_900,
};
const cartOf = (account: string, address: string, quantity = 2) => ({
  cartId: `cart-${account}`,
  productId: hot.id,
  quantity,
  buyer: { account, address },
});

function judge() {
  const told: string[] = [];
  const fairness = createFairness({
    products: [hot],
    elapsedMs: () => 0,
    onOver: (text) => told.push(text),
    onWronglyRefused: (text) => told.push(text),
  });
  return { fairness, told };
}

test('an address may have four units of a hot product, and what has expired is not counted', () => {
  const stock = plainStock(hot);
  const reserve = (account: string) => {
    const { cartId: reservationId, productId, quantity, buyer } = cartOf(account, 'den-1');
    const { version } = stock.read(productId);
    const limit = limitFor(hot, buyer);
    return stock.reserve({ productId, reservationId, quantity, version, limit }).status;
  };
  expect(['a', 'b', 'c'].map(reserve)).toEqual(['held', 'held', 'over-limit']);
  stock.end({ productId: hot.id, reservationId: 'cart-a', from: 'held', as: 'expired' });
  expect(reserve('c')).toBe('held');
});

test('what somebody has beyond the limit is counted once, at its worst', () => {
  const { fairness, told } = judge();
  for (const account of ['a', 'b', 'c']) {
    fairness.wanted(cartOf(account, 'den-1'), true);
    fairness.held(`cart-${account}`, 2);
  }
  fairness.ended('cart-c', 'expired');
  fairness.wanted(cartOf('d', 'den-1'), true);
  fairness.held('cart-d', 2);
  expect(fairness.unitsOver).toBe(2);
  expect(told).toEqual(['c of den-1 has 2 units of p-001 too many']);
});

test('a refusal for the limit is right when it was reached at some moment of the press', () => {
  const { fairness, told } = judge();
  fairness.wanted(cartOf('a', 'home-1'));
  fairness.answered(cartOf('a', 'home-1'), { status: 'over-limit' });
  expect(told).toEqual(['cart-a is refused for the limit of home-1, which was not reached']);
  fairness.wanted(cartOf('b', 'home-2', 3));
  fairness.answered(cartOf('b', 'home-2', 3), { status: 'over-limit' });
  expect(fairness.wronglyRefused).toBe(1);
});

test('people are due what the limit leaves them, whatever bots have', () => {
  const { fairness } = judge();
  const { people } = fairness;
  fairness.wanted(cartOf('bot', 'den-1'), true);
  for (const account of ['a', 'b', 'c']) {
    const cart = cartOf(account, `home-${account}`);
    fairness.wanted(cart);
    fairness.held(cart.cartId, 2);
    fairness.answered(cart, { status: 'in-cart' });
  }
  expect(people.due).toBe(3);
  fairness.wanted(cartOf('d', 'home-d'));
  fairness.answered(cartOf('d', 'home-d'), { status: 'sold-out' });
  expect(people.due, 'six of ten are with people, four may be with the bots').toBe(3);
  fairness.ended('cart-c', 'expired');
  fairness.wanted(cartOf('e', 'home-e'));
  fairness.answered(cartOf('e', 'home-e'), { status: 'sold-out' });
  expect({ due: people.due, done: people.done }).toEqual({ due: 4, done: 3 });
});
