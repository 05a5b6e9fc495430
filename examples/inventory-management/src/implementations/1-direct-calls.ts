import { withConnection } from '@firedrill/core/services';
import type { CreateSystem } from '../system.ts';
import { isInStock, sellByCounting } from './counting.ts';
import { createPurchase } from './purchase.ts';
import { createUpdates } from './updates.ts';

/**
 * Week 1. Flaw: stock is read, then written, and each order tells twelve services of it one after the
 * other while it holds a database connection; the slowest service decides how long an order takes.
 */
export const createDirectCalls: CreateSystem = (context, services) => {
  const { meter, settings } = context;
  const pool = services.connections('stock', settings.connections);
  const purchase = createPurchase(services);
  const updates = createUpdates(services);

  /** An update that fails is logged, and the order goes on: there is no time for more in week 1. */
  async function logged(update: () => Promise<unknown>): Promise<void> {
    try {
      await update();
    } catch {
      meter.count('updateErrors');
    }
  }

  return {
    async addToCart({ productId, quantity }) {
      const enough = await withConnection(pool, () => isInStock(services, productId, quantity));
      return { status: enough ? 'in-cart' : 'sold-out' };
    },
    removeFromCart: async () => {},
    buy: (order) =>
      withConnection(pool, async () => {
        const sale = await sellByCounting(services, purchase, order);
        if (sale.kind === 'refused') return sale.answer;
        for (const { send } of updates) await logged(async () => send(sale.level));
        await purchase.confirm(order);
        return { status: 'confirmed' };
      }),
    close: async () => {},
  };
};
