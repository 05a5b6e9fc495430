import type { SqlTransaction } from '@firedrill/core/event-store/postgres';
import type { Output } from '../output.ts';
import type { ShopStore } from '../recipe.ts';
import type { RecordedShopEvent } from './events.ts';

/**
 * Where a handler notes what it did, in the transaction of its other effects. It has no unique key on
 * purpose: an event that is applied twice leaves two entries, and is found.
 */
const ledgerTable = `CREATE TABLE IF NOT EXISTS applied (
  entry bigserial PRIMARY KEY,
  projection text NOT NULL,
  worker text NOT NULL,
  event_id uuid NOT NULL,
  stream text NOT NULL,
  stream_version integer NOT NULL
)`;

export async function createLedger(store: ShopStore): Promise<void> {
  await store.transaction(async (tx) => {
    // Two processes that make it at once: IF NOT EXISTS does not wait for the other one.
    await tx.query("SELECT pg_advisory_xact_lock(hashtext('recipes ledger'))");
    await tx.query(ledgerTable);
  });
}

/** Notes that a worker applied events for a projection. */
export async function noteApplied(
  events: readonly RecordedShopEvent[],
  tx: SqlTransaction,
  by: { readonly projection: string; readonly worker: string },
): Promise<void> {
  const entries = events.map(({ eventId, stream, streamVersion }) => ({
    event_id: eventId,
    stream: stream.id,
    stream_version: streamVersion,
  }));
  await tx.query(
    `INSERT INTO applied (projection, worker, event_id, stream, stream_version)
     SELECT $1, $2, event_id, stream, stream_version
     FROM jsonb_to_recordset($3::jsonb) AS e (event_id uuid, stream text, stream_version integer)`,
    [by.projection, by.worker, JSON.stringify(entries)],
  );
}

/** What the ledger of a projection says, held against the events of the store. */
export interface Audit {
  /** Events of the store that the projection is about. */
  readonly expected: number;
  readonly applied: number;
  readonly missing: number;
  readonly twice: number;
  /** Entries whose event comes before the one that was applied last to the same stream. */
  readonly outOfOrder: number;
  /** Entries of each worker. */
  readonly byWorker: ReadonlyMap<string, number>;
}

export async function auditLedger(
  store: ShopStore,
  projection: string,
  isAbout: (event: RecordedShopEvent) => boolean = () => true,
): Promise<Audit> {
  const entries = await store.transaction((tx) =>
    tx.query(
      `SELECT worker, event_id, stream, stream_version FROM applied WHERE projection = $1
       ORDER BY entry`,
      [projection],
    ),
  );
  const seen = new Set<string>();
  const lastVersion = new Map<string, number>();
  const byWorker = new Map<string, number>();
  let outOfOrder = 0;
  for (const row of entries) {
    const stream = String(row['stream']);
    const version = Number(row['stream_version']);
    const worker = String(row['worker']);
    if (version <= (lastVersion.get(stream) ?? 0)) outOfOrder += 1;
    lastVersion.set(stream, version);
    byWorker.set(worker, (byWorker.get(worker) ?? 0) + 1);
    seen.add(String(row['event_id']));
  }
  const ids = new Set((await allEvents(store)).filter(isAbout).map(({ eventId }) => eventId));
  return {
    expected: ids.size,
    applied: entries.length,
    missing: [...ids].filter((id) => !seen.has(id)).length,
    twice: entries.length - seen.size,
    outOfOrder,
    byWorker,
  };
}

/** Checks the claim that all recipes with projections make. */
export function checkExactlyOnce(out: Output, what: string, audit: Audit): void {
  const { expected, applied, missing, twice, outOfOrder } = audit;
  out.check(
    `${what}: each event exactly once, in the order of its stream`,
    missing === 0 && twice === 0 && outOfOrder === 0 && applied === expected,
    `${applied} of ${expected} applied, ${missing} missing, ${twice} twice, ` +
      `${outOfOrder} out of order`,
  );
}

/**
 * Checks that a projection has applied what its checkpoints say, no more and no less: the effects and
 * the checkpoint are in one transaction.
 */
export async function checkCheckpoints(
  out: Output,
  store: ShopStore,
  projection: string,
): Promise<void> {
  const { buckets } = await store.projections.status(projection);
  const checkpoints = new Map(buckets.map(({ bucket, checkpoint }) => [bucket, checkpoint]));
  const covered = (await allEvents(store)).filter(
    ({ bucket, position }) => position <= (checkpoints.get(bucket % buckets.length) ?? 0),
  );
  const { applied } = await auditLedger(store, projection);
  out.check(
    'what was applied is what the checkpoints say',
    applied === covered.length,
    `${applied} applied, ${covered.length} events at or below their checkpoint`,
  );
}

/** Every event of the store, in global order. */
export async function allEvents(store: ShopStore): Promise<readonly RecordedShopEvent[]> {
  const events: RecordedShopEvent[] = [];
  let after = 0;
  for (;;) {
    const batch = await store.readAll({ after, limit: 1_000 });
    events.push(...batch.events);
    if (batch.scannedTo === batch.horizon) return events;
    after = batch.scannedTo;
  }
}
