import type { EventCatalogue, EventOf } from '../catalogue/define-events.ts';
import { prepareEvents } from '../catalogue/prepare-events.ts';
import { upcast } from '../catalogue/upcast.ts';
import {
  checkExpectedVersion,
  checkFilter,
  checkInteger,
  checkStream,
  checkTenant,
} from '../checks.ts';
import type { AnyEvent, RecordedEvent } from '../event.ts';
import type { AppendResult, EventStore } from '../event-store.ts';
import { createInlineProjections } from '../inline-projections.ts';
import { callListener } from '../listeners.ts';
import { streamRange } from '../stream-range.ts';
import { type AppendRequest, appendEvents } from './append.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import { MemoryDatabase } from './database.ts';
import { openTransaction } from './open-transaction.ts';
import { createMemoryOutbox } from './outbox.ts';
import { createMemoryProjections } from './projections.ts';
import { readLog, readStreamEvents } from './read.ts';
import { createMemorySnapshots } from './snapshots.ts';
import type { MemoryTransaction, OpenTransaction } from './transaction.ts';

/** Whose memory the store uses, and which events it takes. */
export interface MemoryEventStoreOptions<
  Catalogue extends EventCatalogue = EventCatalogue,
> extends ConnectionOptions {
  /** Shared by several stores that stand for several processes. Default: one of its own. */
  readonly database?: MemoryDatabase;
  /** Types of event that may be appended. Default: any, without validation. */
  readonly catalogue?: Catalogue;
}

/** An event store in memory, which can die as a process does. */
export interface MemoryEventStore<Event extends AnyEvent = AnyEvent> extends EventStore<
  MemoryTransaction,
  Event
> {
  readonly database: MemoryDatabase;
  /**
   * Stands for the end of its process: open transactions are rolled back, and no promise of this store
   * settles any more. What was committed stays in the database.
   */
  kill(): void;
}

/**
 * Makes an event store in memory: the same guarantees as on PostgreSQL, row locks and the safe horizon
 * included, until the process ends. Time is that of `Date` and the global timers, so a simulation
 * governs it; a transaction sees its own events, and its other writes once it has committed.
 *
 * @throws RangeError on a latency out of range.
 */
export function createMemoryEventStore<Catalogue extends EventCatalogue>(
  options: MemoryEventStoreOptions<Catalogue> & { readonly catalogue: Catalogue },
): MemoryEventStore<EventOf<Catalogue>>;
export function createMemoryEventStore(options?: MemoryEventStoreOptions): MemoryEventStore;
export function createMemoryEventStore({
  database = new MemoryDatabase(),
  catalogue,
  ...connectionOptions
}: MemoryEventStoreOptions = {}): MemoryEventStore {
  const connection = new Connection(database, connectionOptions);
  const listeners = new Set<() => void>();
  const inline = createInlineProjections<MemoryTransaction>(catalogue);

  function notify(): void {
    for (const listener of listeners) callListener(listener);
  }

  async function transaction<T>(work: (tx: OpenTransaction) => Promise<T>): Promise<T> {
    const tx = await connection.roundTrip(() => connection.begin());
    let value: T;
    try {
      value = await work(tx);
    } catch (error) {
      await connection.roundTrip(() => {
        connection.rollback(tx);
      });
      throw error;
    }
    await connection.roundTrip(() => {
      connection.commit(tx);
    });
    return value;
  }

  async function appendIn(tx: OpenTransaction, request: AppendRequest): Promise<AppendResult> {
    const { result, written } = await connection.roundTrip(() => appendEvents(tx, request));
    if (written.length === 0) return result;
    tx.onCommit(() => {
      notify();
    });
    await inline.run(written, tx);
    return result;
  }

  async function appendAlone(request: AppendRequest): Promise<AppendResult> {
    if (inline.size > 0) return transaction((tx) => appendIn(tx, request));
    return connection.roundTrip(async () => {
      const tx = connection.begin();
      try {
        const { result, written } = await appendEvents(tx, request);
        connection.commit(tx);
        if (written.length > 0) notify();
        return result;
      } catch (error) {
        connection.rollback(tx);
        throw error;
      }
    });
  }

  const read = (events: readonly RecordedEvent[]): RecordedEvent[] =>
    events.map((event) => upcast(event, catalogue));

  return {
    database,
    bucketCount: database.bucketCount,
    snapshots: createMemorySnapshots(connection),
    outbox: createMemoryOutbox(connection),
    projections: createMemoryProjections(connection, catalogue),
    transaction,

    async append(stream, events, { expectedVersion, tx, tenant = '' }) {
      const request: AppendRequest = {
        stream: checkStream(stream),
        events: prepareEvents(events, catalogue),
        hasGivenIds: events.some(({ eventId }) => eventId !== undefined),
        expectedVersion: checkExpectedVersion(expectedVersion),
        tenant: checkTenant(tenant),
        catalogue,
      };
      const open = openTransaction(connection, tx);
      return open === undefined ? appendAlone(request) : appendIn(open, request);
    },

    async readStream(stream, options = {}) {
      checkStream(stream);
      const range = streamRange(options);
      return connection.roundTrip(() =>
        read(readStreamEvents(database, stream, range, openTransaction(connection, options.tx))),
      );
    },

    async readAll({ after = 0, limit = 100, filter } = {}) {
      checkInteger('after', after, 0);
      checkInteger('limit', limit, 1);
      checkFilter(filter);
      return connection.roundTrip(() => {
        const batch = readLog(database, after, limit, filter);
        return { ...batch, events: read(batch.events) };
      });
    },

    positions: () =>
      connection.roundTrip(() => ({ horizon: database.horizon(), head: database.log.length })),

    addInlineProjection: (projection) => inline.add(projection),

    onAppended(listener) {
      const own = (): void => {
        listener();
      };
      listeners.add(own);
      return () => {
        listeners.delete(own);
      };
    },

    async close() {
      connection.close();
    },

    kill() {
      connection.kill();
    },
  };
}
