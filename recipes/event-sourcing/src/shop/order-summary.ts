import type { SqlTransaction } from '@firedrill/core/event-store/postgres';
import type { ShopProjection, ShopStore } from '../recipe.ts';
import type { RecordedShopEvent } from './events.ts';
import { allEvents, noteApplied } from './ledger.ts';

/** The read model: each order as it is now. */
export async function createOrderSummary(store: ShopStore): Promise<void> {
  await store.transaction((tx) =>
    tx.query(`CREATE TABLE IF NOT EXISTS order_summary (
      order_id text PRIMARY KEY,
      customer text NOT NULL,
      cents integer NOT NULL,
      state text NOT NULL
    )`),
  );
}

interface OrderSummaryOptions {
  readonly batchSize: number;
  /** Who is to stand in the ledger. */
  readonly worker: string;
  /** Called for each batch, before it is committed, with the number of its events. */
  readonly onApplied?: (events: number) => void;
}

/** The projection that keeps `order_summary`. */
export function orderSummary({
  batchSize,
  worker,
  onApplied,
}: OrderSummaryOptions): ShopProjection {
  return {
    name: 'order-summary',
    buckets: 8,
    batchSize,
    async handle(events, tx, { projection }) {
      for (const event of events) await applyToOrder(event, tx);
      await noteApplied(events, tx, { projection, worker });
      onApplied?.(events.length);
    },
  };
}

/** What one event changes. All that it writes is kept exactly once. */
async function applyToOrder(event: RecordedShopEvent, tx: SqlTransaction): Promise<void> {
  switch (event.type) {
    case 'order.placed': {
      const { customer, cents } = event.data;
      await tx.query(
        `INSERT INTO order_summary (order_id, customer, cents, state) VALUES ($1, $2, $3, 'placed')`,
        [event.stream.id, customer, cents],
      );
      return;
    }
    case 'order.paid':
    case 'order.shipped':
    case 'order.cancelled':
      await tx.query('UPDATE order_summary SET state = $2 WHERE order_id = $1', [
        event.stream.id,
        event.type.replace('order.', ''),
      ]);
      return;
    case 'user.registered':
  }
}

/** The value of all orders, by the events and by the read model, in cents. */
export async function sumOfOrders(
  store: ShopStore,
): Promise<{ readonly fromEvents: number; readonly fromReadModel: number }> {
  const [row] = await store.transaction((tx) =>
    tx.query('SELECT coalesce(sum(cents), 0) AS cents FROM order_summary'),
  );
  const events = await allEvents(store);
  return {
    fromReadModel: Number(row?.['cents']),
    fromEvents: events.reduce(
      (sum, event) => (event.type === 'order.placed' ? sum + event.data.cents : sum),
      0,
    ),
  };
}
