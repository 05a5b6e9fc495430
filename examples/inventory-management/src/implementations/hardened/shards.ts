import { withConnection } from '@firedrill/core/services';
import type { ConnectionPool } from '@firedrill/core/services';
import type { ReservationEnd, StockLevel } from '../../domain.ts';
import type { Services } from '../../services.ts';
import type { Settings } from '../../settings.ts';
import type { ReservationView, ReserveResult } from '../../stock.ts';
import { createRing } from './ring.ts';

/** A wish for units, or what came of it. The id makes every statement about it idempotent. */
export interface Reservation {
  readonly reservationId: string;
  readonly productId: string;
  readonly quantity: number;
}

/** The database in pieces: each product lies on one shard, which has its own connections. */
export interface Shards {
  read(productId: string): Promise<StockLevel>;
  reserve(reservation: Reservation, version: number): Promise<ReserveResult>;
  claim(reservation: Reservation): Promise<ReservationView>;
  end(
    reservation: Reservation,
    from: 'held' | 'claimed',
    as: ReservationEnd,
  ): Promise<ReservationView>;
  find(reservation: Reservation): Promise<ReservationView>;
}

const shardNames = ['shard-1', 'shard-2', 'shard-3', 'shard-4'] as const;

/**
 * Time limit of a statement: three times its 99th percentile when the database is slow. What takes
 * longer is asked about, which costs less than the wait.
 */
const statementTimeoutMs = 120;

export function createShards(
  { database, stock, connections }: Services,
  settings: Settings,
): Shards {
  const ring = createRing(shardNames);
  stock.place((productId) => ring.nodeOf(productId));
  const size = Math.max(1, Math.floor(settings.connections / shardNames.length));
  const pools = new Map<string, ConnectionPool>(
    shardNames.map((name) => [name, connections(name, size)]),
  );

  /** One statement on the shard of a product. A connection is held for the statement alone. */
  function statement<T>(
    productId: string,
    run: (
      at: { readonly shard: string; readonly productId: string },
      options: { readonly key: string; readonly timeoutMs: number },
    ) => Promise<T>,
  ): Promise<T> {
    const shard = ring.nodeOf(productId);
    const pool = pools.get(shard);
    if (pool === undefined) throw new RangeError(`There are no connections to ${shard}.`);
    return withConnection(pool, () =>
      run({ shard, productId }, { key: shard, timeoutMs: statementTimeoutMs }),
    );
  }

  return {
    read: (productId) => statement(productId, (at, options) => database.read(at, options)),
    reserve: ({ productId, reservationId, quantity }, version) =>
      statement(productId, (at, options) =>
        database.reserve({ ...at, reservationId, quantity, version }, options),
      ),
    claim: ({ productId, reservationId }) =>
      statement(productId, (at, options) => database.claim({ ...at, reservationId }, options)),
    end: ({ productId, reservationId }, from, as) =>
      statement(productId, (at, options) =>
        database.end({ ...at, reservationId, from, as }, options),
      ),
    find: ({ productId, reservationId }) =>
      statement(productId, (at, options) => database.find({ ...at, reservationId }, options)),
  };
}
