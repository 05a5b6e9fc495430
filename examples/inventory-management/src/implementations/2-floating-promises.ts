import { withConnection } from '@firedrill/core/services';
import type { StockLevel } from '../domain.ts';
import type { CreateSystem } from '../system.ts';
import { isInStock, sellByCounting } from './counting.ts';
import { createPurchase } from './purchase.ts';
import { createUpdates } from './updates.ts';

/**
 * Week 2. Flaw: the updates are started and forgotten. Nothing bounds how many are under way, nobody
 * hears of one that fails, they overtake each other, and each rejection would end the process.
 */
export const createFloatingPromises: CreateSystem = (context, services) => {
  const pool = services.connections('stock', context.settings.connections);
  const purchase = createPurchase(services);
  const updates = createUpdates(services);

  async function tellEverybody(level: StockLevel): Promise<void> {
    for (const { send } of updates) void send(level);
  }

  return {
    async addToCart({ productId, quantity }) {
      const enough = await withConnection(pool, () => isInStock(services, productId, quantity));
      return { status: enough ? 'in-cart' : 'sold-out' };
    },
    removeFromCart: async () => {},
    async buy(order) {
      const sale = await withConnection(pool, () => sellByCounting(services, purchase, order));
      if (sale.kind === 'refused') return sale.answer;
      void tellEverybody(sale.level);
      await purchase.confirm(order);
      return { status: 'confirmed' };
    },
    close: async () => {},
  };
};
