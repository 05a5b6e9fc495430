import { defineService } from '@firedrill/core/services';
import { z } from 'zod';
import { orderSchema, sagaRowSchema, type SagaRow } from '../domain.ts';
import { latencies } from './latencies.ts';

/** Where a shop keeps how far its orders are: what a process that comes back takes up. */
export function sagasService() {
  const rows = new Map<string, SagaRow>();

  return defineService({
    name: 'sagas',
    baseUrl: 'https://sagas.example',
    latency: latencies.sagas,
    operations: {
      /** Begins an order, once; gives back how far it is, and whether nobody had begun it before. */
      begin: {
        method: 'POST',
        path: '/sagas',
        input: z.object({ order: orderSchema }),
        handle({ order }) {
          const begun = rows.get(order.orderId);
          const row: SagaRow = begun ?? { order, state: 'running' };
          rows.set(order.orderId, row);
          return { row, isNew: begun === undefined };
        },
      },
      /** Notes how far an order is. */
      note: {
        method: 'POST',
        path: '/notes',
        input: sagaRowSchema,
        handle(row) {
          rows.set(row.order.orderId, row);
          return { noted: true };
        },
      },
      /** Orders with something left to do. */
      unfinished: {
        method: 'POST',
        path: '/reads',
        input: z.object({}),
        handle: () => ({
          rows: [...rows.values()].filter(({ state }) => state !== 'done' && state !== 'refused'),
        }),
      },
    },
  });
}
