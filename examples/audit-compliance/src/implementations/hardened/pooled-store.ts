import { type ConnectionPool, withConnection } from '@firedrill/core/resilience';
import type { ClinicStore } from './events.ts';

/**
 * The store through a pool of connections: each append and each transaction borrows one, and returns it
 * as soon as that is over. What belongs to a transaction uses the connection of it.
 */
export const pooled = (store: ClinicStore, pool: ConnectionPool): ClinicStore => ({
  ...store,
  append: (stream, events, options) =>
    options.tx === undefined
      ? withConnection(pool, () => store.append(stream, events, options))
      : store.append(stream, events, options),
  readStream: (stream, options) =>
    options?.tx === undefined
      ? withConnection(pool, () => store.readStream(stream, options))
      : store.readStream(stream, options),
  transaction: (work) => withConnection(pool, () => store.transaction(work)),
});
