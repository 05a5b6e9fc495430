import { checkBucketCount, storeBuckets } from '../bucket.ts';
import type { EventCatalogue } from '../catalogue/define-events.ts';
import { upcast } from '../catalogue/upcast.ts';
import { checkInteger, checkText } from '../checks.ts';
import {
  BucketCountMismatchError,
  LeaseLostError,
  RebuildError,
  UnknownProjectionError,
} from '../errors.ts';
import type {
  BucketId,
  BucketLease,
  BucketStatus,
  ProjectionStorage,
  RegisteredProjection,
} from '../projection-storage.ts';
import { bucketSubject } from '../projection-storage.ts';
import type { Connection } from './connection.ts';
import { openTransaction } from './open-transaction.ts';
import {
  activeGenerations,
  type BucketRow,
  createGeneration,
  failureOf,
  type GenerationRows,
  type ProjectionState,
} from './projection-state.ts';
import { readLog } from './read.ts';
import type { MemoryTransaction } from './transaction.ts';

/** Checkpoints, leases, failures and generations in memory. */
export function createMemoryProjections(
  connection: Connection,
  catalogue: EventCatalogue | undefined,
): ProjectionStorage<MemoryTransaction> {
  const { database } = connection;

  function find(projection: string): ProjectionState {
    const state = database.projections.get(projection);
    if (state === undefined) throw new UnknownProjectionError(projection);
    return state;
  }

  function rowOf(id: BucketId): { readonly row: BucketRow; readonly rows: GenerationRows } {
    const rows = find(id.projection).generations.get(id.generation);
    const row = rows?.buckets[id.bucket];
    if (rows === undefined || row === undefined)
      throw new UnknownProjectionError(bucketSubject(id));
    return { row, rows };
  }

  function holds(lease: BucketLease): boolean {
    const { row, rows } = rowOf(lease);
    return row.epoch === lease.epoch && row.owner === lease.owner && rows.state !== 'retired';
  }

  function heldRow(lease: BucketLease): BucketRow {
    if (!holds(lease)) throw new LeaseLostError(bucketSubject(lease), lease.epoch);
    return rowOf(lease).row;
  }

  function describe(projection: string): RegisteredProjection {
    const state = find(projection);
    return {
      projection,
      bucketCount: state.bucketCount,
      generations: activeGenerations(state),
    };
  }

  function live(projection: string): GenerationRows | undefined {
    const [first] = activeGenerations(find(projection));
    return first && find(projection).generations.get(first.generation);
  }

  function rebuilding(projection: string): number | undefined {
    return activeGenerations(find(projection)).find(({ state }) => state === 'rebuilding')
      ?.generation;
  }

  return {
    register({ projection, bucketCount, startAfter = 0 }) {
      return connection.roundTrip(() => {
        checkText('projection', projection);
        checkBucketCount(bucketCount, database.bucketCount);
        checkInteger('startAfter', startAfter, 0);
        const known = database.projections.get(projection);
        if (known === undefined) {
          const generation = createGeneration('live', bucketCount, startAfter);
          database.projections.set(projection, {
            bucketCount,
            generations: new Map([[1, generation]]),
          });
        } else if (known.bucketCount !== bucketCount) {
          throw new BucketCountMismatchError(projection, known.bucketCount, bucketCount);
        }
        return describe(projection);
      });
    },

    list: () =>
      connection.roundTrip(() => [...database.projections.keys()].toSorted().map(describe)),

    buckets: (projection, generation) =>
      connection.roundTrip(() => statusOf(projection, generation, find(projection))),

    acquire({ projection, generation, owner, leaseMs, limit, buckets }) {
      return connection.roundTrip(() => {
        checkText('owner', owner);
        checkInteger('leaseMs', leaseMs, 1);
        const rows = find(projection).generations.get(generation);
        if (rows === undefined || rows.state === 'retired') return [];
        const nowMs = Date.now();
        const taken: BucketLease[] = [];
        for (const [bucket, row] of rows.buckets.entries()) {
          if (taken.length >= limit) break;
          const id = { projection, generation, bucket };
          const isFree = row.owner === undefined || (row.leaseExpiresAtMs ?? 0) <= nowMs;
          const isWanted = buckets?.includes(bucket) ?? true;
          if (!isFree || !isWanted || row.isStopped || database.locks.isHeld(lockKey(id))) continue;
          row.owner = owner;
          row.epoch += 1;
          row.leaseExpiresAtMs = nowMs + leaseMs;
          row.updatedAtMs = nowMs;
          taken.push(leaseOf(id, row, owner));
        }
        return taken;
      });
    },

    renew(leases, leaseMs) {
      return connection.roundTrip(() => {
        checkInteger('leaseMs', leaseMs, 1);
        return leases.filter(holds).map((lease) => {
          const { row } = rowOf(lease);
          row.leaseExpiresAtMs = Date.now() + leaseMs;
          return leaseOf(lease, row, lease.owner);
        });
      });
    },

    release(leases) {
      return connection.roundTrip(() => {
        for (const lease of leases) if (holds(lease)) endLease(rowOf(lease).row);
      });
    },

    readBatch(id, { after, limit, filter }) {
      return connection.roundTrip(() => {
        const { bucketCount } = find(id.projection);
        const wanted = storeBuckets(id.bucket, bucketCount, database.bucketCount);
        const asked = filter?.buckets;
        const buckets =
          asked === undefined ? wanted : wanted.filter((bucket) => asked.includes(bucket));
        const scope = bucketCount === 1 && asked === undefined ? filter : { ...filter, buckets };
        const batch = readLog(database, after, limit, scope);
        return { ...batch, events: batch.events.map((event) => upcast(event, catalogue)) };
      });
    },

    moveCheckpoint(lease, to, { tx }) {
      return connection.roundTrip(async () => {
        const transaction = openTransaction(connection, tx);
        await transaction?.lock(lockKey(lease));
        const row = heldRow(lease);
        transaction?.onCommit(() => {
          row.checkpoint = to;
          row.failure = undefined;
          row.updatedAtMs = Date.now();
        });
      });
    },

    recordFailure(lease, { event, attempts, error, retryAfterMs }) {
      return connection.roundTrip(() => {
        const row = heldRow(lease);
        const nowMs = Date.now();
        row.failure = {
          position: event.position,
          eventId: event.eventId,
          attempts,
          error,
          failedAtMs: nowMs,
          retryAtMs: retryAfterMs === undefined ? undefined : nowMs + retryAfterMs,
        };
        row.updatedAtMs = nowMs;
        if (retryAfterMs === undefined) {
          row.isStopped = true;
          endLease(row);
        }
      });
    },

    addDeadLetter(lease, { event, attempts, error }, { tx }) {
      return connection.roundTrip(async () => {
        const transaction = openTransaction(connection, tx);
        await transaction?.lock(lockKey(lease));
        heldRow(lease);
        const { projection, generation, bucket } = lease;
        const { deadLetters } = rowOf(lease).rows;
        const letter = {
          projection,
          generation,
          bucket,
          event,
          attempts,
          error,
          failedAt: new Date(),
        };
        transaction?.onCommit(() => {
          deadLetters.set(event.position, letter);
        });
      });
    },

    deadLetters: (projection, limit = Infinity) =>
      connection.roundTrip(() =>
        [...(live(projection)?.deadLetters.values() ?? [])]
          .toSorted((a, b) => a.event.position - b.event.position)
          .slice(0, limit),
      ),

    resolveDeadLetter(projection, position, { tx }) {
      return connection.roundTrip(async () => {
        const transaction = openTransaction(connection, tx);
        await transaction?.lock(`dead letter ${position} ${projection}`);
        const letters = live(projection)?.deadLetters;
        if (letters?.has(position) !== true) return false;
        transaction?.onCommit(() => {
          letters.delete(position);
        });
        return true;
      });
    },

    resume(projection) {
      return connection.roundTrip(() => {
        const rows = [...find(projection).generations.values()].flatMap(({ buckets }) => buckets);
        const stopped = rows.filter(({ isStopped }) => isStopped);
        for (const row of stopped) {
          row.isStopped = false;
          row.failure = undefined;
        }
        return stopped.length;
      });
    },

    status(projection) {
      return connection.roundTrip(() => {
        const state = find(projection);
        const described = describe(projection);
        return {
          ...described,
          buckets: described.generations.flatMap(({ generation }) =>
            statusOf(projection, generation, state),
          ),
          deadLetters: live(projection)?.deadLetters.size ?? 0,
          horizon: database.horizon(),
          head: database.log.length,
        };
      });
    },

    startRebuild(projection) {
      return connection.roundTrip(() => {
        const state = find(projection);
        if (rebuilding(projection) !== undefined) throw new RebuildError(projection, 'under-way');
        const generation = Math.max(...state.generations.keys()) + 1;
        state.generations.set(generation, createGeneration('rebuilding', state.bucketCount, 0));
        return { generation, state: 'rebuilding' as const };
      });
    },

    swap(projection, { minCheckpoint, tx }) {
      return connection.roundTrip(async () => {
        const transaction = openTransaction(connection, tx);
        await transaction?.lock(`generations of ${projection}`);
        const generation = rebuilding(projection);
        const next =
          generation === undefined ? undefined : find(projection).generations.get(generation);
        if (generation === undefined || next === undefined)
          throw new RebuildError(projection, 'none');
        if (next.buckets.some(({ checkpoint }) => checkpoint < minCheckpoint)) {
          throw new RebuildError(projection, 'behind');
        }
        const old = live(projection);
        const exchange = (): void => {
          if (old !== undefined) old.state = 'retired';
          next.state = 'live';
        };
        if (transaction === undefined) exchange();
        else transaction.onCommit(exchange);
        return { generation, state: 'live' as const };
      });
    },

    abandonRebuild(projection) {
      return connection.roundTrip(() => {
        const generation = rebuilding(projection);
        const rows =
          generation === undefined ? undefined : find(projection).generations.get(generation);
        if (rows === undefined) return false;
        rows.state = 'retired';
        return true;
      });
    },
  };
}

function lockKey({ projection, generation, bucket }: BucketId): string {
  return `bucket ${bucket}/${generation}/${projection}`;
}

function endLease(row: BucketRow): void {
  row.owner = undefined;
  row.leaseExpiresAtMs = undefined;
}

function leaseOf(
  { projection, generation, bucket }: BucketId,
  row: BucketRow,
  owner: string,
): BucketLease {
  return {
    projection,
    generation,
    bucket,
    owner,
    epoch: row.epoch,
    expiresAt: new Date(row.leaseExpiresAtMs ?? 0),
    checkpoint: row.checkpoint,
    failure: failureOf(row),
  };
}

function statusOf(projection: string, generation: number, state: ProjectionState): BucketStatus[] {
  const rows = state.generations.get(generation)?.buckets ?? [];
  return rows.map((row, bucket) => ({
    projection,
    generation,
    bucket,
    checkpoint: row.checkpoint,
    owner: row.owner,
    epoch: row.epoch,
    leaseExpiresAt: row.leaseExpiresAtMs === undefined ? undefined : new Date(row.leaseExpiresAtMs),
    isLeased: (row.leaseExpiresAtMs ?? 0) > Date.now(),
    state: row.isStopped ? 'stopped' : 'running',
    failure: failureOf(row),
    updatedAt: new Date(row.updatedAtMs),
  }));
}
