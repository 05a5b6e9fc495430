import { expect } from 'vitest';
import { type Cart, type Order, priceOf } from '../src/domain.ts';
import type { Truth } from '../src/truth.ts';

/** An order for what is in a cart, at the price of the catalogue. */
export function orderFor({ catalogue }: Truth, cart: Cart): Order {
  const product = catalogue.byId(cart.productId);
  const amountCents = product === undefined ? 0 : priceOf(product, cart);
  return { orderId: cart.cartId.replace('cart', 'order'), cart, amountCents };
}

/** What must hold when everything has come to rest. */
export function expectAllInOrder(truth: Truth): void {
  const { bank, carrier, orders, stock, views } = truth;
  const { reservations, sold, released, expired, endedTwice, unitsOff } = stock.totals;
  expect(carrier.oversoldUnits).toBe(0);
  expect(unitsOff).toBe(0);
  expect(reservations - sold - released - expired).toBe(0);
  expect(endedTwice).toBe(0);
  expect(truth.shelfDifference()).toEqual({ products: 0, units: 0 });
  expect(orders.traces()).toEqual([]);
  expect(orders.soldTwice()).toEqual([]);
  expect(orders.incomplete()).toEqual([]);
  expect(orders.unmailed()).toEqual([]);
  expect(bank.wrongAmounts).toBe(0);
  expect(views.wrong()).toBe(0);
}
