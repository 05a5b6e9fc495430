import { checkInteger } from '../checks.ts';

/**
 * A fixed part of the buckets, for deployments that say who does what: those whose number leaves the
 * remainder `key` when divided by `count`.
 */
export interface Partition {
  /** 0 to `count`, exclusive. */
  readonly key: number;
  readonly count: number;
}

/** @throws RangeError naming the field that is out of range. */
export function checkPartition(partition: Partition): Partition {
  const count = checkInteger('partition.count', partition.count, 1);
  return { key: checkInteger('partition.key', partition.key, 0, count - 1), count };
}

/**
 * The buckets of a partition; all of them without one.
 *
 * @throws RangeError when there are fewer buckets than partitions, so that some would have nothing to do.
 */
export function partitionBuckets(bucketCount: number, partition: Partition | undefined): number[] {
  const all = Array.from({ length: bucketCount }, (_, bucket) => bucket);
  if (partition === undefined) return all;
  const { key, count } = partition;
  if (count > bucketCount) {
    throw new RangeError(
      `partition.count must be at most ${bucketCount}, the buckets of the projection, got ${count}.`,
    );
  }
  return all.filter((bucket) => bucket % count === key);
}

/** Runners of one partition share its buckets among themselves only. */
export function partitionGroup(projection: string, partition: Partition | undefined): string {
  return partition === undefined
    ? projection
    : `${projection}/${partition.key}-of-${partition.count}`;
}
