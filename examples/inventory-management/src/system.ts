import type { ClosableSystem, PhaseContext } from '@firedrill/core/scenario';
import type { Cart, CartAnswer, Order, OrderAnswer } from './domain.ts';
import type { Services } from './services.ts';
import type { Settings } from './settings.ts';

/** The one interface of all five implementations. */
export interface InventorySystem extends ClosableSystem {
  /** Puts units in the cart; rejects when that failed or nobody knows. */
  addToCart(cart: Cart): Promise<CartAnswer>;
  /** Empties the cart again. */
  removeFromCart(cart: Cart): Promise<void>;
  /** Sells what is in the cart; rejects when the order failed or its outcome is unknown. */
  buy(order: Order): Promise<OrderAnswer>;
  /** Updates that wait inside the system. Default: none. */
  backlog?(): number;
  /** Updates that a downstream missed and that are kept for it. Default: none are kept. */
  missed?(): number;
  /** Breakers of downstreams by state. Default: there are no breakers. */
  breakers?(): { readonly open: number; readonly halfOpen: number };
  /** Machines that work on updates, and what they have cost so far. Default: there is no fleet. */
  fleet?(): { readonly nodes: number; readonly costUsd: number };
  /** Things registered and not removed: listeners, timers. Default: none. */
  leftBehind?(): number;
}

/** What an implementation is made of. */
export type Context = PhaseContext<Settings>;

export type CreateSystem = (context: Context, services: Services) => InventorySystem;
