import { z } from 'zod';
import { stockDatabase } from './replicas.ts';
import { createRing } from './ring.ts';
import { type ShardName, shardNames } from './shards.ts';

/** A shard more for the stock database, and who has which row meanwhile. */

/** The one that is added. */
export const addedShard = 'shard-5';
export type StockShard = ShardName | typeof addedShard;

/** All of them, when it is there. */
export const allShards = [...shardNames, addedShard] as const;
export const stockShardSchema = z.enum(allShards);

/** The process that moves rows to it. */
export const moverName = 'mover';

/** What moving a row takes, and whoever is to hear that it has moved. */
export const neededForMoving = [
  ...stockDatabase,
  moverName,
  'stock-moves',
  'stock-map',
  'app',
] as const;

/** Before anything has moved. Each part that has moved is an epoch more. */
export const firstMapEpoch = 1;

/**
 * Which rows have moved: in epoch 1 none; in epoch 2 those that the first shard had to give; and so on, in the order of the
 * shards. A row that has not moved is where it was.
 */
export interface MapRow {
  readonly epoch: number;
}

/** Where a row belongs when all have moved. */
export function createPlacement(): (productId: string) => StockShard {
  const ring = createRing(allShards);
  return (productId) => ring.nodeOf(productId);
}
