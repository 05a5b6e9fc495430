import { openPgliteEventStore } from '@firedrill/core/event-store/pglite';

const store = await openPgliteEventStore();
const order = { category: 'order', id: 'o-1' };
await store.append(order, [{ type: 'order.placed', data: { cents: 4_200 } }], {
  expectedVersion: 'none',
});
const { events } = await store.readAll({ after: 0 });
await store.close();
if (events.length !== 1) throw new Error(JSON.stringify(events));
