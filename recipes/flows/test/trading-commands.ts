import * as fc from 'fast-check';
import type { Order } from '../src/trading/order.ts';

export type Command =
  | { readonly do: 'submit'; readonly order: Order }
  | { readonly do: 'cancel'; readonly id: string }
  | {
      readonly do: 'replace';
      readonly id: string;
      readonly quantity: number;
      readonly priceTicks: number;
    };

/** Few ids, prices and accounts, so that orders meet, ids come again, and accounts meet themselves. */
const id = fc.integer({ min: 1, max: 30 }).map(String);
const quantity = fc.integer({ min: 0, max: 12 });
const priceTicks = fc.integer({ min: 96, max: 104 });

const order: fc.Arbitrary<Order> = fc
  .record({
    id,
    account: fc.constantFrom('ann', 'ben', 'cem', 'dot'),
    side: fc.constantFrom('buy', 'sell'),
    quantity,
    kind: fc.constantFrom('limit', 'limit', 'limit', 'ioc', 'fok', 'post-only', 'market'),
    priceTicks,
  })
  .map((drawn) => drawn as Order);

export const commands = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('submit' as const), order }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), id }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('replace' as const), id, quantity, priceTicks }),
    },
  ),
  { maxLength: 60, size: 'max' },
);
