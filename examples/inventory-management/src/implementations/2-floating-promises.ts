import { withConnection } from '@firedrill/core/resilience';
import type { Implementation } from '@firedrill/core/scenario';
import type { StockLevel } from '../domain.ts';
import type { CreateSystem } from '../system.ts';
import type { Inventory } from '../types.ts';
import { isInStock, sellByCounting } from './counting.ts';
import { createPurchase } from './purchase.ts';
import { createUpdates } from './updates.ts';

/**
 * Week 2. Flaw: the updates are started and forgotten. Nothing bounds how many are under way, nobody
 * hears of one that fails, they overtake each other, and each rejection would end the process.
 */
const create: CreateSystem = ({ outside }) => {
  const { connections } = outside;
  const purchase = createPurchase(outside);
  const updates = createUpdates(outside);

  function tellEverybody(level: StockLevel): void {
    for (const { send } of updates) void send(level);
  }

  return {
    async addToCart({ productId, quantity }) {
      const enough = await withConnection(connections, () =>
        isInStock(outside, productId, quantity),
      );
      return { status: enough ? 'in-cart' : 'sold-out' };
    },
    removeFromCart: async () => {},
    async buy(order) {
      const sale = await withConnection(connections, () =>
        sellByCounting(outside, purchase, order),
      );
      if (sale.kind === 'refused') return sale.answer;
      tellEverybody(sale.level);
      await purchase.confirm(order);
      return { status: 'confirmed' };
    },
    close: async () => {},
  };
};

export const floatingPromises = {
  name: 'floating-promises',
  week: 2,
  flaw: 'updates are started and forgotten: unbounded, unheard, and each rejection ends the process',
  breaks: [
    'downstreams-catch-up',
    'failing-is-spared',
    'orders-served',
    'never-oversold',
    'stock-conserved',
    'shelf-agrees',
    'nothing-locked-away',
    'cart-is-kept',
    'no-trace',
    'downstreams-agree',
    'downstreams-know-soon',
    'no-unhandled-rejection',
    'shoppers-answered',
    'pressed-once',
  ],
  create,
} satisfies Implementation<Inventory>;
