import type { ClosableSystem, SystemContext } from '@firedrill/core/scenario';
import type { Cart, CartAnswer, Order, OrderAnswer } from './domain.ts';
import type { Inventory } from './types.ts';

/** The one interface of all implementations. */
export interface InventorySystem extends ClosableSystem {
  /** Puts units in the cart; rejects when that failed or nobody knows. */
  addToCart(cart: Cart): Promise<CartAnswer>;
  /** Empties the cart again. */
  removeFromCart(cart: Cart): Promise<void>;
  /** Sells what is in the cart; rejects when the order failed or its outcome is unknown. */
  buy(order: Order): Promise<OrderAnswer>;
}

/** All that an implementation is given. */
export type Context = SystemContext<Inventory>;

/** What it can reach outside: services, connections, machines, the catalogue. */
export type Outside = Context['outside'];

export type CreateSystem = (context: Context) => InventorySystem;
