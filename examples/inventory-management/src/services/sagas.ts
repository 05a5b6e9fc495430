import { defineService, ServiceFailure } from '@firedrill/core/services';
import { z } from 'zod';
import { orderSchema, sagaNoteSchema, type SagaRow } from '../domain.ts';
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
        input: inputs.begin,
        handle({ order }) {
          const begun = rows.get(order.orderId);
          const row: SagaRow = begun ?? { order, state: 'running' };
          rows.set(order.orderId, row);
          return { row, isNew: begun === undefined };
        },
      },
      /**
       * Notes how far an order is, if it is still where that was decided; gives back how far it is now. No order
       * comes to a state twice: a note that is performed late, or once more, changes nothing.
       */
      note: {
        method: 'POST',
        path: '/notes',
        input: inputs.note,
        handle({ from, ...row }) {
          const { orderId } = row.order;
          const stored = rows.get(orderId);
          if (stored === undefined) throw new ServiceFailure(404, `nobody has begun ${orderId}`);
          if (stored.state !== from) return { row: stored };
          rows.set(orderId, row);
          return { row };
        },
      },
      /** Orders with something left to do. */
      unfinished: {
        method: 'POST',
        path: '/reads',
        input: inputs.unfinished,
        handle: () => ({
          rows: [...rows.values()].filter(({ state }) => state !== 'done' && state !== 'refused'),
        }),
      },
    },
  });
}

/** What operations take. Made once for all worlds: a new schema is compiled anew, and starts slowly. */
const inputs = {
  begin: z.object({ order: orderSchema }),
  note: sagaNoteSchema,
  unfinished: z.object({}),
};
