import { withConnection } from '@firedrill/core/resilience';
import type { Cart, Order, StockLevel } from '../domain.ts';
import type { Outside } from '../system.ts';
import { callTimeoutMs } from './purchase.ts';

/** Units put aside for a cart, as the third and the fourth implementation do it. */
export interface Holds {
  /** `undefined` when there are not enough. */
  hold(cart: Cart): Promise<Held | undefined>;
  /** Whether the cart has been filled. */
  has(cart: Cart): boolean;
  giveBack(cart: Cart, as: 'released' | 'expired'): Promise<StockLevel>;
  markSold(order: Order): Promise<StockLevel>;
}

export interface Held {
  readonly level: StockLevel;
  /** Whether it was held already, by an attempt before. */
  readonly isKnown: boolean;
}

/** Flaw: the hold is read, then written, like the sale before it. */
export function createHolds({ connections, shards, stock }: Outside): Holds {
  const known = new Map<string, StockLevel>();
  const on = ({ productId }: Cart) => ({ key: shards.of(productId), timeoutMs: callTimeoutMs });

  return {
    async hold(cart) {
      const { cartId, productId, quantity } = cart;
      const before = known.get(cartId);
      if (before !== undefined) return { level: before, isKnown: true };
      const level = await withConnection(connections, async () => {
        const { available } = await stock.read({ productId }, on(cart));
        if (available < quantity) return undefined;
        const movement = { kind: 'hold', reservationId: cartId, quantity } as const;
        return stock.write({ productId, available: available - quantity, movement }, on(cart));
      });
      if (level === undefined) return undefined;
      known.set(cartId, level);
      return { level, isKnown: false };
    },

    has: ({ cartId }) => known.has(cartId),

    giveBack: (cart, as) =>
      withConnection(connections, async () => {
        const { cartId, productId, quantity } = cart;
        const { available } = await stock.read({ productId }, on(cart));
        const movement = { kind: 'give-back', reservationId: cartId, as } as const;
        return stock.write({ productId, available: available + quantity, movement }, on(cart));
      }),

    markSold: ({ cart }) =>
      withConnection(connections, () =>
        stock.sell({ productId: cart.productId, reservationId: cart.cartId }, on(cart)),
      ),
  };
}
