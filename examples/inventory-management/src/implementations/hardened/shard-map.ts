import { sleep } from '@firedrill/core/resilience';
import { ServiceError, withTimeout } from '@firedrill/core/services';
import {
  allShards,
  createPlacement,
  firstMapEpoch,
  type StockShard,
} from '../../domain/resharding.ts';
import { shardNames } from '../../domain/shards.ts';
import type { Outside } from '../../system.ts';

/** Which shard has the row of a product, as far as this process knows. */
export interface ShardMap {
  readonly names: readonly StockShard[];
  /**
   * Runs a statement where its row is. What a shard refuses because the row has moved was not performed: the map is read
   * again, and the statement goes to where the row is by then, for two seconds.
   */
  at<T>(productId: string, run: (shard: StockShard) => Promise<T>): Promise<T>;
}

/** Nobody has the row now, or nobody says who. Nothing was done. */
export class RowMovesError extends Error {
  override readonly name = 'RowMovesError';
  readonly code = 'ROW_MOVES';
  readonly productId: string;

  constructor(productId: string) {
    super(`Failed to reach ${productId}: its row is being moved. Try again in some seconds.`);
    this.productId = productId;
  }
}

/** Between a shard that has closed a row and the map that names the next one there are some statements. */
const againAfterMs = 25;
const attempts = 80;

/** Three times the 99th percentile. */
const readTimeoutMs = 30;

/** Where a row is in an epoch of the map, when it is at `after` in the end. */
export const shardIn = (epoch: number, before: StockShard, after: StockShard): StockShard => {
  const hasMoved = allShards.indexOf(before) < epoch - firstMapEpoch;
  return hasMoved ? after : before;
};

/** @param placeAfter where a row belongs when all have moved */
export function createShardMap(
  { shards, ...outside }: Outside,
  placeAfter: (productId: string) => StockShard = createPlacement(),
): ShardMap {
  if (outside.shardMap === undefined) {
    return { names: shardNames, at: (productId, run) => run(shards.of(productId)) };
  }
  const service = withTimeout(outside.shardMap, readTimeoutMs);
  let epoch = firstMapEpoch;
  let reading: Promise<void> | undefined;

  async function read(): Promise<void> {
    // Who cannot be told goes on with what is known.
    const map = await service.read({}).catch(() => ({ epoch }));
    epoch = Math.max(epoch, map.epoch);
  }

  /** Whoever is refused meanwhile waits for the same answer. */
  function readOnce(): Promise<void> {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  }

  return {
    names: allShards,
    async at(productId, run) {
      for (let attempt = 1; attempt <= attempts; attempt += 1) {
        try {
          return await run(shardIn(epoch, shards.of(productId), placeAfter(productId)));
        } catch (error) {
          if (!(error instanceof ServiceError) || error.status !== 409) throw error;
        }
        const before = epoch;
        await readOnce();
        if (epoch === before) await sleep(againAfterMs);
      }
      throw new RowMovesError(productId);
    },
  };
}
