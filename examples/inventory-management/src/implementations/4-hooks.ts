import { createHooks } from '@firedrill/core/hooks';
import type { Implementation } from '@firedrill/core/scenario';
import type { StockLevel } from '../domain.ts';
import { reports } from '../reports.ts';
import type { CreateSystem } from '../system.ts';
import type { Inventory } from '../types.ts';
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
const create: CreateSystem = ({ outside, settings, telemetry }) => {
  const purchase = createPurchase(outside);
  const holds = createHolds(outside);

  const hooks = createHooks<StockEvents>({
    workers: settings.workers,
    queueSize: settings.queueSize,
    timeoutMs: handlerTimeoutMs,
    onError: (error) => {
      telemetry.count(reports.updateErrors);
      telemetry.failed(error);
    },
  });
  for (const { name, send } of createUpdates(outside)) {
    hooks.registry.hook('stock.changed', (level) => send(level), { name });
  }
  telemetry.gauge(reports.backlog, () => hooks.counters().waiting);

  function publish(level: StockLevel): void {
    telemetry.count(reports.changes);
    const { admitted } = hooks.emit('stock.changed', level);
    if (!admitted) telemetry.count(reports.refusedUpdates);
  }

  return {
    async addToCart(cart) {
      const held = await holds.hold(cart);
      if (held === undefined) return { status: 'sold-out' };
      if (!held.isKnown) publish(held.level);
      return { status: 'in-cart' };
    },
    async removeFromCart(cart) {
      if (holds.has(cart)) publish(await holds.giveBack(cart, 'released'));
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
    close: async () => {
      await hooks.drain();
    },
  };
};

export const hooks = {
  name: 'hooks',
  week: 4,
  flaw: 'abandoned carts are held for ever; one pool for quick and slow drops what is too much',
  breaks: [
    'answers-are-true',
    'downstreams-catch-up',
    'failing-is-spared',
    'carts-filled',
    'stock-conserved',
    'shelf-agrees',
    'nothing-locked-away',
    'reservations-end',
    'no-trace',
    'downstreams-agree',
    'downstreams-know-soon',
    'reservation-p99',
    'shoppers-answered',
    'pressed-once',
  ],
  create,
} satisfies Implementation<Inventory>;
