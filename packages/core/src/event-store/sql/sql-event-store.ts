import type { EventCatalogue } from '../catalogue/define-events.ts';
import { prepareEvents, type PreparedEvent } from '../catalogue/prepare-events.ts';
import { upcast } from '../catalogue/upcast.ts';
import {
  checkExpectedVersion,
  checkFilter,
  checkInteger,
  checkStream,
  checkTenant,
} from '../checks.ts';
import type { RecordedEvent } from '../event.ts';
import type { AppendResult, EventStore } from '../event-store.ts';
import { bucketOf } from '../bucket.ts';
import { createInlineProjections } from '../inline-projections.ts';
import { callListener } from '../listeners.ts';
import { streamRange } from '../stream-range.ts';
import { appendToStream, type StreamAppend, type WrittenEvents } from './append-to-stream.ts';
import { appendError, explainAppend } from './explain-append.ts';
import { Horizon } from './horizon.ts';
import { createSqlOutbox } from './outbox/sql-outbox.ts';
import { createSqlProjections } from './projections/sql-projections.ts';
import { readPage } from './read-page.ts';
import { readStream } from './read-stream.ts';
import { withSavepoint } from './savepoint.ts';
import { createSqlSnapshots } from './snapshots.ts';
import type { SqlDatabase, SqlExecutor, SqlSession, SqlTransaction } from './sql-database.ts';

export interface SqlEventStoreOptions {
  readonly database: SqlDatabase;
  readonly bucketCount: number;
  readonly catalogue: EventCatalogue | undefined;
  /**
   * Whose clock events and leases go by: the database's, which all processes share, or this
   * process's, which a simulation governs.
   */
  readonly clock: 'database' | 'process';
}

/** The event store over the thin SQL interface, on a database that was migrated. */
export function createSqlEventStore(options: SqlEventStoreOptions): EventStore<SqlTransaction> {
  const { database, bucketCount, catalogue } = options;
  const now = (): string | null => (options.clock === 'process' ? new Date().toISOString() : null);
  const listeners = new Set<() => void>();
  const inline = createInlineProjections<SqlTransaction>(catalogue);
  const horizon = new Horizon(database);

  function notify(): void {
    for (const listener of listeners) callListener(listener);
  }

  /** Appends, or finds out why not. `attempt` must leave the executor usable when it rejects. */
  async function appendOrExplain(
    executor: SqlExecutor,
    request: StreamAppend,
    attempt: () => Promise<WrittenEvents | undefined>,
  ): Promise<{ readonly result: AppendResult; readonly written: WrittenEvents | undefined }> {
    let violation: unknown;
    try {
      const written = await attempt();
      if (written !== undefined) {
        return { result: resultOf(written, request.events.length), written };
      }
    } catch (error) {
      violation = appendError(error, request);
    }
    const result = await explainAppend(executor, request, violation, catalogue);
    return { result, written: undefined };
  }

  async function appendIn(
    session: SqlSession,
    request: StreamAppend,
    hasGivenIds: boolean,
  ): Promise<AppendResult> {
    const { result, written } = await appendOrExplain(session, request, () =>
      hasGivenIds
        ? withSavepoint(session, () => appendToStream(session, request, bucketCount))
        : appendToStream(session, request, bucketCount),
    );
    if (written === undefined) return result;
    session.onCommitted(notify);
    if (inline.size > 0) {
      const events = recordedEvents(request, written, bucketCount);
      await inline.run(events, session);
    }
    return result;
  }

  async function appendAlone(request: StreamAppend, hasGivenIds: boolean): Promise<AppendResult> {
    if (inline.size > 0) {
      return database.transaction((session) => appendIn(session, request, hasGivenIds));
    }
    const { result, written } = await appendOrExplain(database, request, () =>
      appendToStream(database, request, bucketCount),
    );
    if (written !== undefined) notify();
    return result;
  }

  const read = (events: readonly RecordedEvent[]): RecordedEvent[] =>
    catalogue === undefined ? [...events] : events.map((event) => upcast(event, catalogue));

  return {
    bucketCount,
    snapshots: createSqlSnapshots(database),
    outbox: createSqlOutbox(database, now),
    projections: createSqlProjections({ database, horizon, bucketCount, now, read }),
    transaction: (work) => database.transaction(work),

    async append(stream, events, { expectedVersion, tx, tenant = '' }) {
      const request: StreamAppend = {
        stream: checkStream(stream),
        events: prepareEvents(events, catalogue),
        expectedVersion: checkExpectedVersion(expectedVersion),
        tenant: checkTenant(tenant),
        now: now(),
      };
      const hasGivenIds = events.some(({ eventId }) => eventId !== undefined);
      if (tx === undefined) return appendAlone(request, hasGivenIds);
      return appendIn(database.session(tx), request, hasGivenIds);
    },

    async readStream(stream, readOptions = {}) {
      const executor = readOptions.tx === undefined ? database : database.session(readOptions.tx);
      return read(await readStream(executor, checkStream(stream), streamRange(readOptions)));
    },

    async readAll({ after = 0, limit = 100, filter } = {}) {
      checkInteger('after', after, 0);
      checkInteger('limit', limit, 1);
      checkFilter(filter);
      const settled = await horizon.behind(after, limit);
      const page = await readPage(database, { after, limit, horizon: settled }, filter);
      return { events: read(page.events), scannedTo: page.scannedTo, horizon: settled };
    },

    positions: () => horizon.positions(),

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

    close: () => database.close(),
  };
}

function resultOf({ toVersion, positions }: WrittenEvents, count: number): AppendResult {
  return {
    outcome: 'appended',
    fromVersion: toVersion - count + 1,
    toVersion,
    position: positions.at(-1) ?? 0,
  };
}

function recordedEvents(
  { stream, events, tenant }: StreamAppend,
  { toVersion, positions, recordedAt }: WrittenEvents,
  bucketCount: number,
): RecordedEvent[] {
  return events.map((event: PreparedEvent, index) => ({
    eventId: event.eventId,
    type: event.type,
    schemaVersion: event.schemaVersion,
    data: JSON.parse(event.data),
    metadata: JSON.parse(event.metadata),
    stream,
    streamVersion: toVersion - events.length + index + 1,
    position: positions[index] ?? 0,
    tenant,
    bucket: bucketOf(stream, bucketCount),
    recordedAt,
  }));
}
