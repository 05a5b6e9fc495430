import { createMemoryEventStore } from '@firedrill/core/event-store';

const store = createMemoryEventStore();
const order = { category: 'order', id: 'o-1' };
await store.append(order, [{ type: 'order.placed', data: { cents: 4_200 } }], {
  expectedVersion: 'none',
});
const { events } = await store.readAll({ after: 0 });
if (events.length !== 1) throw new Error(JSON.stringify(events));
await store.close();
