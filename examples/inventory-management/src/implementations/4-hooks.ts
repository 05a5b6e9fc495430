import { createHooks } from '@firedrill/core/hooks';
import type { StockLevel } from '../domain.ts';
import type { CreateSystem } from '../system.ts';
import { createHolds } from './holds.ts';
import { createPurchase } from './purchase.ts';
import { createUpdates } from './updates.ts';

interface StockEvents {
  readonly 'stock.changed': StockLevel;
}

/** No handler may hold a worker for longer: twice the slowest service when it is slow. */
const handlerTimeoutMs = 10_000;

/**
 * Week 4. Shoppers are safe from the twelve services. Flaw: carts that nobody comes back for are held
 * for ever, because the listener that gave too much back was simply removed; one pool serves the quick
 * and the slow, and what finds the queue full is refused and forgotten.
 */
export const createHooksOnly: CreateSystem = (context, services) => {
  const { meter, settings } = context;
  const pool = services.connections('stock', settings.connections);
  const purchase = createPurchase(services);
  const holds = createHolds(services, pool);

  const hooks = createHooks<StockEvents>({
    workers: settings.workers,
    queueSize: settings.queueSize,
    timeoutMs: handlerTimeoutMs,
    onError: () => meter.count('updateErrors'),
  });
  for (const { name, send } of createUpdates(services)) {
    hooks.registry.hook('stock.changed', (level) => send(level), { name });
  }

  function publish(level: StockLevel): void {
    const { admitted } = hooks.emit('stock.changed', level);
    if (!admitted) meter.count('refusedUpdates');
  }

  return {
    async addToCart(cart) {
      const held = await holds.hold(cart);
      if (held === undefined) return { status: 'sold-out' };
      publish(held.level);
      return { status: 'in-cart' };
    },
    async removeFromCart(cart) {
      const reservationId = holds.of(cart);
      if (reservationId === undefined) return;
      publish(await holds.giveBack(cart, reservationId, 'released'));
    },
    async buy(order) {
      if (holds.of(order.cart) === undefined) return { status: 'refused', reason: 'sold-out' };
      if (!(await purchase.pay(order))) return { status: 'refused', reason: 'card' };
      await holds.markSold(order);
      await purchase.ship(order);
      await purchase.confirm(order);
      return { status: 'confirmed' };
    },
    backlog: () => hooks.counters().waiting,
    close: async () => {
      await hooks.drain();
    },
  };
};
