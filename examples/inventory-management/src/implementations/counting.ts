import type { Order, OrderAnswer, StockLevel } from '../domain.ts';
import type { Outside } from '../system.ts';
import { callTimeoutMs, type Purchase } from './purchase.ts';

export type CountedSale =
  | { readonly kind: 'sold'; readonly level: StockLevel }
  | { readonly kind: 'refused'; readonly answer: OrderAnswer };

/** Whether there is enough, as far as anybody knows at this moment. Nothing is put aside. */
export async function isInStock(
  { stock, shards }: Outside,
  productId: string,
  quantity: number,
): Promise<boolean> {
  const options = { key: shards.of(productId), timeoutMs: callTimeoutMs };
  const { available } = await stock.read({ productId }, options);
  return available >= quantity;
}

/**
 * A sale as the first two implementations make it: count, take the money, write the count down.
 *
 * Flaw: stock is read, then written, with a payment in between. Two who read the same figure both
 * write it less one, and one of the two sales is never counted. An attempt that was given up goes on,
 * and the next one of the same order is counted again.
 */
export async function sellByCounting(
  { stock, shards }: Outside,
  purchase: Purchase,
  order: Order,
): Promise<CountedSale> {
  const refusal = purchase.refusal(order);
  if (refusal !== undefined) return { kind: 'refused', answer: refusal };
  const { productId, quantity } = order.cart;
  const options = { key: shards.of(productId), timeoutMs: callTimeoutMs };
  const { available } = await stock.read({ productId }, options);
  if (available < quantity) {
    return { kind: 'refused', answer: { status: 'refused', reason: 'sold-out' } };
  }
  if (!(await purchase.pay(order))) {
    return { kind: 'refused', answer: { status: 'refused', reason: 'card' } };
  }
  const level = await stock.write(
    { productId, available: available - quantity, movement: { kind: 'sell', quantity } },
    options,
  );
  await purchase.ship(order);
  return { kind: 'sold', level };
}
