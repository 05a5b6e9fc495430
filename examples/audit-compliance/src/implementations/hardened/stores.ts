import { createMemoryEventStore, MemoryDatabase } from '@firedrill/core/event-store';
import type { Life } from '../../processes.ts';
import { latencies } from '../../services.ts';
import type { Context } from '../../system.ts';
import { catalogue, type ClinicStore } from './events.ts';

/** Where the events are kept: it outlives every process. */
export interface Stores {
  /** The store as one process has it. The crash of the process ends its transactions. */
  readonly open: (life: Life) => ClinicStore;
  /** The store as somebody sees it who looks from outside. */
  readonly watched: ClinicStore;
}

/** In memory, with the latency of a database: for runs in virtual time. */
export function memoryStores(context: Context): Stores {
  const database = new MemoryDatabase();
  const options = { database, catalogue, random: context.random('event-store') };
  return {
    open(life) {
      const store = createMemoryEventStore({ ...options, latency: latencies.store });
      life.onCrash(() => store.kill());
      return store;
    },
    watched: createMemoryEventStore(options),
  };
}
