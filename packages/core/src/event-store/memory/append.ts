import { bucketOf } from '../bucket.ts';
import type { EventCatalogue } from '../catalogue/define-events.ts';
import type { PreparedEvent } from '../catalogue/prepare-events.ts';
import { EventIdReusedError, VersionConflictError } from '../errors.ts';
import type { EventMetadata, RecordedEvent, StreamId } from '../event.ts';
import type { AppendResult, ExpectedVersion } from '../event-store.ts';
import { standingOf } from '../repetition.ts';
import { freezeDeep } from './freeze-deep.ts';
import { streamKey } from './database.ts';
import type { OpenTransaction } from './transaction.ts';

export interface AppendRequest {
  readonly stream: StreamId;
  readonly events: readonly PreparedEvent[];
  /** Whether the ids were given by the caller, and so may be there already. */
  readonly hasGivenIds: boolean;
  readonly expectedVersion: ExpectedVersion;
  readonly tenant: string;
  readonly catalogue: EventCatalogue | undefined;
}

/** Writes events into a transaction, behind the lock of their stream. */
export async function appendEvents(
  transaction: OpenTransaction,
  request: AppendRequest,
): Promise<{ readonly result: AppendResult; readonly written: readonly RecordedEvent[] }> {
  const { stream, events, expectedVersion } = request;
  const { database } = transaction;
  const key = streamKey(stream);
  await transaction.lock(`stream ${key}`);
  const known = request.hasGivenIds ? await findKnown(transaction, events) : [];
  const standing = standingOf(known, request, request.catalogue);
  if (standing.kind === 'repetition') return { result: standing.result, written: [] };
  // With other content it is no question of versions: another version would not mend it.
  if (standing.kind === 'reuse' && standing.reason === 'changed') {
    throw new EventIdReusedError(stream, standing.eventIds, standing.reason);
  }
  const version = database.streamVersion(stream, transaction);
  if (expectedVersion !== 'any' && version !== (expectedVersion === 'none' ? 0 : expectedVersion)) {
    throw new VersionConflictError(stream, expectedVersion, version);
  }
  if (standing.kind === 'reuse') {
    throw new EventIdReusedError(stream, standing.eventIds, standing.reason);
  }
  const written = record(transaction, request, version);
  const pending = transaction.pending.get(key);
  if (pending === undefined) transaction.pending.set(key, [...written]);
  else pending.push(...written);
  const position = written.at(-1)?.position ?? 0;
  return {
    result: {
      outcome: 'appended',
      fromVersion: version + 1,
      toVersion: version + written.length,
      position,
    },
    written,
  };
}

async function findKnown(
  transaction: OpenTransaction,
  events: readonly PreparedEvent[],
): Promise<RecordedEvent[]> {
  const ids = events.map(({ eventId }) => eventId);
  for (const eventId of ids.toSorted()) await transaction.lock(`event ${eventId}`);
  const own = [...transaction.pending.values()].flat();
  return ids.flatMap(
    (eventId) =>
      transaction.database.byEventId.get(eventId) ??
      own.find((event) => event.eventId === eventId) ??
      [],
  );
}

function record(
  transaction: OpenTransaction,
  { stream: { category, id }, events, tenant }: AppendRequest,
  version: number,
): RecordedEvent[] {
  const { database } = transaction;
  const stream = Object.freeze({ category, id });
  const bucket = bucketOf(stream, database.bucketCount);
  const recordedAt = new Date();
  return events.map((event, index) =>
    Object.freeze({
      eventId: event.eventId,
      type: event.type,
      schemaVersion: event.schemaVersion,
      data: freezeDeep(JSON.parse(event.data) as unknown),
      metadata: freezeDeep(parseMetadata(event)),
      stream,
      streamVersion: version + index + 1,
      position: database.drawPosition(transaction),
      tenant,
      bucket,
      recordedAt,
    }),
  );
}

function parseMetadata(event: PreparedEvent): EventMetadata {
  const metadata: EventMetadata = JSON.parse(event.metadata);
  return metadata;
}
