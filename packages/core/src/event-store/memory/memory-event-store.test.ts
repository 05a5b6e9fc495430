import { describeEventStore } from '../testing/index.ts';
import { createMemoryEventStore, type MemoryEventStoreOptions } from './memory-event-store.ts';
import type { MemoryDatabase } from './database.ts';

const databases = new WeakMap<object, MemoryDatabase>();

describeEventStore('in memory', {
  hasConcurrentTransactions: true,
  open: (options: MemoryEventStoreOptions = {}) => {
    const store = createMemoryEventStore(options);
    databases.set(store, store.database);
    return Promise.resolve(store);
  },
  reopen: (store, options: MemoryEventStoreOptions = {}) => {
    const database = databases.get(store);
    if (database === undefined) throw new Error('not a store of this harness');
    return Promise.resolve(createMemoryEventStore({ ...options, database }));
  },
});
