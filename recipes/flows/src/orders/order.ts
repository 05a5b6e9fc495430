/** The domain of orders: pure functions over plain data. */

/** What a customer orders. */
export interface Order {
  readonly orderId: string;
  readonly customer: string;
  /** A token that stands for the card. */
  readonly card: string;
  readonly items: readonly { readonly sku: string; readonly quantity: number }[];
  readonly totalCents: number;
}

/** Prices in cents, by article. */
export const prices: Readonly<Record<string, number>> = { tea: 450, pot: 3_900, cup: 1_200 };

export function totalOf(items: Order['items']): number {
  return items.reduce((sum, { sku, quantity }) => sum + (prices[sku] ?? 0) * quantity, 0);
}

/** What is wrong with an order; `undefined` when nothing is. */
export function problemOf({ items, totalCents }: Order): string | undefined {
  if (items.length === 0) return 'it has no items';
  const unknown = items.find(({ sku }) => !Object.hasOwn(prices, sku));
  if (unknown !== undefined) return `there is no article ${unknown.sku}`;
  if (totalOf(items) !== totalCents) return 'the total is not that of its items';
  return undefined;
}

/** Statuses after which trying again is of no use: refused for good, in stock (409) or money (402, 410). */
export function cannotHelp(status: number): boolean {
  return status === 402 || status === 409 || status === 410 || status === 400;
}
