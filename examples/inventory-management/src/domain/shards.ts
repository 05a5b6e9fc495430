import { createRing } from './ring.ts';

/** The pieces of the stock database, and which of them has the row of a product. */
export interface Shards {
  readonly names: readonly ShardName[];
  /** Where the row of a product lies: the same for everybody who asks. */
  of(productId: string): ShardName;
}

export const shardNames = ['shard-1', 'shard-2', 'shard-3', 'shard-4'] as const;
export type ShardName = (typeof shardNames)[number];

/** Products are spread over the shards by a consistent hash, so that one shard more moves few. */
export function createShards(): Shards {
  const ring = createRing(shardNames);
  return { names: shardNames, of: (productId) => ring.nodeOf(productId) };
}
