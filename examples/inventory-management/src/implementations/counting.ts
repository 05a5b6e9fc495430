import type { Order, OrderAnswer, StockLevel } from '../domain.ts';
import type { Services } from '../services.ts';
import { onlyShard } from '../stock.ts';
import { callTimeoutMs, type Purchase } from './purchase.ts';

export type CountedSale =
  | { readonly kind: 'sold'; readonly level: StockLevel }
  | { readonly kind: 'refused'; readonly answer: OrderAnswer };

/** Whether there is enough, as far as anybody knows at this moment. Nothing is put aside. */
export async function isInStock(
  { database }: Services,
  productId: string,
  quantity: number,
): Promise<boolean> {
  const at = { shard: onlyShard, productId };
  const { available } = await database.read(at, { timeoutMs: callTimeoutMs });
  return available >= quantity;
}

/**
 * A sale as the first two implementations make it: count, take the money, write the count down.
 *
 * Flaw: stock is read, then written, with a payment in between. Two who read the same figure both
 * write it less one, and one of the two sales is never counted.
 */
export async function sellByCounting(
  { database }: Services,
  purchase: Purchase,
  order: Order,
): Promise<CountedSale> {
  const { productId, quantity } = order.cart;
  const at = { shard: onlyShard, productId };
  const options = { timeoutMs: callTimeoutMs };
  const { available } = await database.read(at, options);
  if (available < quantity) {
    return { kind: 'refused', answer: { status: 'refused', reason: 'sold-out' } };
  }
  if (!(await purchase.pay(order))) {
    return { kind: 'refused', answer: { status: 'refused', reason: 'card' } };
  }
  const level = await database.write(
    { ...at, available: available - quantity, movement: { kind: 'sell', quantity } },
    options,
  );
  await purchase.ship(order);
  return { kind: 'sold', level };
}
