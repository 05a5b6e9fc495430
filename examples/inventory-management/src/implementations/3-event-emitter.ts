import type { Implementation } from '@firedrill/core/scenario';
import type { Cart, StockLevel } from '../domain.ts';
import { reports } from '../reports.ts';
import type { CreateSystem } from '../system.ts';
import type { Inventory } from '../types.ts';
import { createEmitter } from './emitter.ts';
import { createHolds } from './holds.ts';
import { createPurchase } from './purchase.ts';
import { createUpdates } from './updates.ts';

/**
 * Week 3. Carts are held now, for 15 minutes. Flaw: the listener that gives a cart back is never
 * removed, so that what was sold meanwhile goes back on sale; errors go to a callback that nobody
 * reads.
 */
const create: CreateSystem = ({ outside, settings, telemetry }) => {
  const purchase = createPurchase(outside);
  const holds = createHolds(outside);
  const stockEvents = createEmitter<StockLevel>();
  const expiries = createEmitter<Cart>();
  telemetry.gauge(reports.listeners, () => expiries.size);

  const done = (error?: unknown): void => {
    if (error !== undefined) telemetry.count(reports.updateErrors);
  };

  for (const { send } of createUpdates(outside)) {
    stockEvents.on('changed', (level) => {
      send(level).then(() => done(), done);
    });
  }

  function giveBack(cart: Cart, as: 'released' | 'expired'): void {
    holds
      .giveBack(cart, as)
      .then((level) => stockEvents.emit('changed', level))
      .then(() => done(), done);
  }

  return {
    async addToCart(cart) {
      const held = await holds.hold(cart);
      if (held === undefined) return { status: 'sold-out' };
      if (held.isKnown) return { status: 'in-cart' };
      expiries.on(cart.cartId, () => giveBack(cart, 'expired'));
      setTimeout(() => expiries.emit(cart.cartId, cart), 60_000 * settings.holdMinutes);
      stockEvents.emit('changed', held.level);
      return { status: 'in-cart' };
    },
    async removeFromCart(cart) {
      if (holds.has(cart)) giveBack(cart, 'released');
    },
    async buy(order) {
      const refusal = purchase.refusal(order);
      if (refusal !== undefined) return refusal;
      if (!holds.has(order.cart)) return { status: 'refused', reason: 'sold-out' };
      if (!(await purchase.pay(order))) return { status: 'refused', reason: 'card' };
      await holds.markSold(order);
      await purchase.ship(order);
      await purchase.confirm(order);
      return { status: 'confirmed' };
    },
    close: async () => {},
  };
};

export const eventEmitter = {
  name: 'event-emitter',
  week: 3,
  flaw: 'what gives a cart back is never removed: sold units go back on sale after 15 minutes',
  breaks: [
    'cart-ends-as-told',
    'downstreams-catch-up',
    'failing-is-spared',
    'never-oversold',
    'stock-conserved',
    'shelf-agrees',
    'nothing-locked-away',
    'reservations-end',
    'no-trace',
    'reservation-p99',
    'shoppers-answered',
    'pressed-once',
  ],
  create,
} satisfies Implementation<Inventory>;
