import { withConnection } from '@firedrill/core/resilience';
import { withTimeout } from '@firedrill/core/services';
import type { Buyer, ReservationEnd, StockLevel } from '../../domain.ts';
import type { Place } from '../../domain/replicas.ts';
import type { StockShard } from '../../domain/resharding.ts';
import type {
  Ending,
  Receipt,
  ReservationView,
  ReserveResult,
  RowChanged,
  Survey,
} from '../../domain/stock.ts';
import type { Settings } from '../../settings.ts';
import type { Outside } from '../../system.ts';
import type { Leaders } from './leaders.ts';
import { limitFor } from './limits.ts';
import { createShardMap, type ShardMap } from './shard-map.ts';

/** A wish for units, or what came of it. The id makes every statement about it idempotent. */
export interface Reservation {
  readonly reservationId: string;
  readonly productId: string;
  readonly quantity: number;
  readonly buyer?: Buyer | undefined;
}

/** What is to change of one product, in one statement. */
export interface RowWork {
  readonly ends: readonly Pick<Ending, 'reservationId' | 'from' | 'as'>[];
  readonly wishes: readonly Reservation[];
}

/** Statements on the database in pieces: each product lies on one shard with its own connections. */
export interface Statements {
  read(productId: string): Promise<StockLevel>;
  reserve(reservation: Reservation, version: number): Promise<ReserveResult>;
  claim(reservation: Reservation): Promise<ReservationView>;
  /** Ends it if it is in that state. What is given back, or has expired, and was never made, is not made later. */
  end(
    reservation: Reservation,
    from: 'held' | 'claimed',
    as: ReservationEnd,
  ): Promise<ReservationView>;
  /** Ends and reserves, whatever version the row has by then; what became of each, in their order. */
  change(productId: string, work: RowWork): Promise<RowChanged>;
  find(reservation: Reservation): Promise<ReservationView>;
  /** Puts on sale what was delivered; the same delivery again changes nothing. */
  receive(receipt: Omit<Receipt, 'place'>): Promise<StockLevel>;
  /** Units of a level that are sold online, with those that may be sold above what is there. */
  forSale(level: StockLevel): number;
  /** What each shard knows, one after the other. */
  survey(): AsyncIterable<Survey>;
}

/**
 * Time limit of a statement: three times its 99th percentile when the database is slow. What takes
 * longer is asked about, which costs less than the wait.
 */
const statementTimeoutMs = 120;
/** A statement has its row once, and may find one there that was given up. */
const rowsWaitedFor = 2;
/** A survey reads every open reservation of a shard. */
const surveyTimeoutMs = 1_000;

export function createStatements(
  outside: Outside,
  leaders: Leaders,
  { rowLockMs }: Pick<Settings, 'rowLockMs'>,
  map: ShardMap = createShardMap(outside),
): Statements {
  const { shardConnections } = outside;
  const stock = withTimeout(outside.stock, statementTimeoutMs + rowsWaitedFor * rowLockMs);

  const keptOf = (productId: string): number => outside.catalogue.byId(productId)?.keptUnits ?? 0;

  /** Products of which the delivery is there. */
  const received = new Set<string>();
  const aboveOf = (productId: string): number =>
    received.has(productId) ? 0 : (outside.catalogue.byId(productId)?.backorders?.units ?? 0);

  const wishOf = ({ productId, reservationId, quantity, buyer }: Reservation) => {
    const limit = limitFor(outside.catalogue.byId(productId), buyer);
    const wish = { reservationId, quantity, limit, keep: keptOf(productId) };
    const above = aboveOf(productId);
    return above > 0 ? { ...wish, above } : wish;
  };

  function onShard<T>(
    shard: StockShard,
    run: (place: Place | undefined) => Promise<T>,
  ): Promise<T> {
    const connections = shardConnections[shard];
    if (connections === undefined) {
      throw new RangeError(`Failed to reach ${shard}: there are no connections to it.`);
    }
    return leaders.at(shard, (place) => withConnection(connections, () => run(place)));
  }

  /** One statement on the shard of a product. A connection is held for the statement alone. */
  function statement<T>(
    productId: string,
    run: (options: { readonly key: string }, place: Place | undefined) => Promise<T>,
  ): Promise<T> {
    return map.at(productId, (shard) => onShard(shard, (place) => run({ key: shard }, place)));
  }

  async function* survey(): AsyncIterable<Survey> {
    for (const shard of map.names) {
      const options = { key: shard, timeoutMs: surveyTimeoutMs };
      yield await onShard(shard, (place) => outside.stock.survey({ place }, options));
    }
  }

  return {
    survey,
    forSale: ({ available, productId }) => available - keptOf(productId) + aboveOf(productId),
    read: (productId) =>
      statement(productId, (shard, place) => stock.read({ productId, place }, shard)),
    reserve(reservation, version) {
      const { productId } = reservation;
      const wish = { ...wishOf(reservation), productId, version };
      return statement(productId, (shard, place) => stock.reserve({ ...wish, place }, shard));
    },
    change(productId, { ends, wishes }) {
      const changes = { productId, ends: ends.map(fenced), wishes: wishes.map(wishOf) };
      return statement(productId, (shard, place) => stock.change({ ...changes, place }, shard));
    },
    async receive(receipt) {
      const level = await statement(receipt.productId, (shard, place) =>
        stock.receive({ ...receipt, place }, shard),
      );
      received.add(receipt.productId);
      return level;
    },
    claim: ({ productId, reservationId }) =>
      statement(productId, (shard, place) =>
        stock.claim({ productId, reservationId, place }, shard),
      ),
    end: ({ productId, reservationId }, from, as) =>
      statement(productId, (shard, place) =>
        stock.end({ ...fenced({ reservationId, from, as }), productId, place }, shard),
      ),
    find: ({ productId, reservationId }) =>
      statement(productId, (shard, place) =>
        stock.find({ productId, reservationId, place }, shard),
      ),
  };
}

/**
 * A wish for units may be performed long after whoever sent it has given it up. What ends before that is noted under
 * its id all the same, and the wish finds it there.
 */
const fenced = (end: RowWork['ends'][number]) => ({ ...end, isFence: end.as !== 'sold' });
