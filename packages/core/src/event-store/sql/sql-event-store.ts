import type { EventCatalogue } from '../catalogue/define-events.ts';
import { prepareEvents, type PreparedEvent } from '../catalogue/prepare-events.ts';
import { upcast } from '../catalogue/upcast.ts';
import { checkInteger, checkStream } from '../checks.ts';
import type { RecordedEvent } from '../event.ts';
import type { AppendResult, EventStore } from '../event-store.ts';
import { EventIdReusedError, VersionConflictError } from '../errors.ts';
import { bucketOf } from '../bucket.ts';
import { createInlineProjections } from '../inline-projections.ts';
import { streamRange } from '../stream-range.ts';
import { appendToStream, type StreamAppend, type WrittenEvents } from './append-to-stream.ts';
import { findRepetition } from './find-repetition.ts';
import { Horizon } from './horizon.ts';
import { createSqlOutbox } from './outbox/sql-outbox.ts';
import { createSqlProjections } from './projections/sql-projections.ts';
import { readPage } from './read-page.ts';
import { readStream } from './read-stream.ts';
import { createSqlSnapshots } from './snapshots.ts';
import type { SqlDatabase, SqlExecutor, SqlSession, SqlTransaction } from './sql-database.ts';
import { isUniqueViolation } from './sql-state.ts';

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
    for (const listener of listeners) listener();
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
      if (typeof expectedVersion === 'number') checkInteger('expectedVersion', expectedVersion, 0);
      const request: StreamAppend = {
        stream: checkStream(stream),
        events: prepareEvents(events, catalogue),
        expectedVersion,
        tenant,
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

/** Undoes what `work` did when it rejects, and nothing else of the transaction. */
async function withSavepoint<T>(session: SqlSession, work: () => Promise<T>): Promise<T> {
  await session.query('SAVEPOINT append');
  try {
    const value = await work();
    await session.query('RELEASE SAVEPOINT append');
    return value;
  } catch (error) {
    await session.query('ROLLBACK TO SAVEPOINT append');
    throw error;
  }
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

/** Appends, or finds out why not. `attempt` must leave the executor usable when it rejects. */
async function appendOrExplain(
  executor: SqlExecutor,
  request: StreamAppend,
  attempt: () => Promise<WrittenEvents | undefined>,
): Promise<{ readonly result: AppendResult; readonly written: WrittenEvents | undefined }> {
  const { stream, events, expectedVersion } = request;
  let written: WrittenEvents | undefined;
  let violation: unknown;
  try {
    written = await attempt();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    violation = error;
  }
  if (written !== undefined) return { result: resultOf(written, events.length), written };
  const standing = await findRepetition(executor, stream, events);
  if (standing.repetition !== undefined) return { result: standing.repetition, written: undefined };
  if (violation === undefined) {
    throw new VersionConflictError(stream, expectedVersion, standing.actualVersion);
  }
  throw new EventIdReusedError(stream, standing.knownIds, { cause: violation });
}
