import { EventEmitter } from 'node:events';
import type { Cart, StockLevel } from '../domain.ts';
import type { CreateSystem } from '../system.ts';
import { createHolds } from './holds.ts';
import { createPurchase } from './purchase.ts';
import { createUpdates } from './updates.ts';

/**
 * Week 3. Carts are held now, for 15 minutes. Flaw: the listener that gives a cart back is never
 * removed, so that what was sold meanwhile goes back on sale; a listener that throws fails the
 * shopper whose units are held already; errors go to a callback that nobody reads.
 */
export const createEventEmitter: CreateSystem = (context, services) => {
  const { meter, settings } = context;
  const pool = services.connections('stock', settings.connections);
  const purchase = createPurchase(services);
  const holds = createHolds(services, pool);
  const events = new EventEmitter<{ 'stock-changed': [StockLevel] }>();
  const expiries = new EventEmitter<Record<string, []>>();
  events.setMaxListeners(0);
  expiries.setMaxListeners(0);

  const done = (error?: unknown): void => {
    if (error !== undefined) meter.count('updateErrors');
  };

  for (const { send } of createUpdates(services)) {
    events.on('stock-changed', (level) => {
      send(level).then(() => done(), done);
    });
  }

  function giveBack(cart: Cart, reservationId: string, as: 'released' | 'expired'): void {
    holds
      .giveBack(cart, reservationId, as)
      .then((level) => events.emit('stock-changed', level))
      .then(() => done(), done);
  }

  return {
    async addToCart(cart) {
      const held = await holds.hold(cart);
      if (held === undefined) return { status: 'sold-out' };
      const { reservationId, level } = held;
      expiries.on(reservationId, () => giveBack(cart, reservationId, 'expired'));
      setTimeout(() => expiries.emit(reservationId), 60_000 * settings.holdMinutes);
      events.emit('stock-changed', level);
      return { status: 'in-cart' };
    },
    async removeFromCart(cart) {
      const reservationId = holds.of(cart);
      if (reservationId !== undefined) giveBack(cart, reservationId, 'released');
    },
    async buy(order) {
      if (holds.of(order.cart) === undefined) return { status: 'refused', reason: 'sold-out' };
      if (!(await purchase.pay(order))) return { status: 'refused', reason: 'card' };
      await holds.markSold(order);
      await purchase.ship(order);
      await purchase.confirm(order);
      return { status: 'confirmed' };
    },
    leftBehind: () => expiries.eventNames().length,
    close: async () => {},
  };
};
