import { withConnection } from '@firedrill/core/services';
import type { ConnectionPool } from '@firedrill/core/services';
import type { Cart, Order, StockLevel } from '../domain.ts';
import type { Services } from '../services.ts';
import { onlyShard } from '../stock.ts';
import { callTimeoutMs } from './purchase.ts';

/** Units put aside for a cart, as the third and the fourth implementation do it. */
export interface Holds {
  /** `undefined` when there are not enough. */
  hold(cart: Cart): Promise<Held | undefined>;
  /** The hold of a cart, if there is one. */
  of(cart: Cart): string | undefined;
  giveBack(cart: Cart, reservationId: string, as: 'released' | 'expired'): Promise<StockLevel>;
  markSold(order: Order): Promise<boolean>;
}

export interface Held {
  readonly reservationId: string;
  readonly level: StockLevel;
}

/**
 * Flaw: the hold is read, then written, like the sale before it; and each attempt makes a hold of its
 * own, of which only the last is remembered.
 */
export function createHolds({ database }: Services, pool: ConnectionPool): Holds {
  const options = { timeoutMs: callTimeoutMs };
  const holdOf = new Map<string, string>();
  let sequence = 0;

  return {
    async hold(cart) {
      sequence += 1;
      const reservationId = `hold-${sequence}`;
      const { quantity } = cart;
      const level = await withConnection(pool, async () => {
        const { available } = await database.read(placeOf(cart), options);
        if (available < quantity) return undefined;
        const movement = { kind: 'hold', reservationId, quantity } as const;
        return database.write(
          { ...placeOf(cart), available: available - quantity, movement },
          options,
        );
      });
      if (level === undefined) return undefined;
      holdOf.set(cart.cartId, reservationId);
      return { reservationId, level };
    },

    of: ({ cartId }) => holdOf.get(cartId),

    giveBack: (cart, reservationId, as) =>
      withConnection(pool, async () => {
        const { available } = await database.read(placeOf(cart), options);
        const movement = { kind: 'give-back', reservationId, as } as const;
        return database.write(
          { ...placeOf(cart), available: available + cart.quantity, movement },
          options,
        );
      }),

    async markSold({ cart }) {
      const reservationId = holdOf.get(cart.cartId);
      if (reservationId === undefined) return false;
      await withConnection(pool, () => database.sell({ reservationId }, options));
      return true;
    },
  };
}

function placeOf({ productId }: Cart) {
  return { shard: onlyShard, productId };
}
