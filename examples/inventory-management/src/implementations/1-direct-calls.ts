import { withConnection } from '@firedrill/core/resilience';
import type { Implementation } from '@firedrill/core/scenario';
import { reports } from '../reports.ts';
import type { CreateSystem } from '../system.ts';
import type { Inventory } from '../types.ts';
import { isInStock, sellByCounting } from './counting.ts';
import { createPurchase } from './purchase.ts';
import { createUpdates } from './updates.ts';

/**
 * Week 1. Flaw: stock is read, then written, and each order tells twelve services of it one after the
 * other while it holds a database connection; the slowest service decides how long an order takes.
 */
const create: CreateSystem = ({ outside, telemetry }) => {
  const { connections } = outside;
  const purchase = createPurchase(outside);
  const updates = createUpdates(outside);

  /** An update that fails is logged, and the order goes on: there is no time for more in week 1. */
  async function logged(update: () => Promise<unknown>): Promise<void> {
    try {
      await update();
    } catch (error) {
      telemetry.count(reports.updateErrors);
      telemetry.failed(error);
    }
  }

  return {
    async addToCart({ productId, quantity }) {
      const enough = await withConnection(connections, () =>
        isInStock(outside, productId, quantity),
      );
      return { status: enough ? 'in-cart' : 'sold-out' };
    },
    removeFromCart: async () => {},
    buy: (order) =>
      withConnection(connections, async () => {
        const sale = await sellByCounting(outside, purchase, order);
        if (sale.kind === 'refused') return sale.answer;
        for (const { send } of updates) await logged(() => send(sale.level));
        await purchase.confirm(order);
        return { status: 'confirmed' };
      }),
    close: async () => {},
  };
};

export const directCalls = {
  name: 'direct-calls',
  week: 1,
  flaw: 'stock is read, then written; each order tells twelve services, one after the other',
  breaks: [
    'answers-are-true',
    'downstreams-catch-up',
    'failing-is-spared',
    'updates-are-news',
    'carts-filled',
    'orders-served',
    'never-oversold',
    'stock-conserved',
    'shelf-agrees',
    'nothing-locked-away',
    'cart-is-kept',
    'no-trace',
    'downstreams-agree',
    'downstreams-know-soon',
    'reservation-p99',
    'shoppers-answered',
    'pressed-once',
  ],
  create,
} satisfies Implementation<Inventory>;
