import { hashText } from '../bucket.ts';

/** Who shares the buckets of a projection. */
export interface Members {
  /** Runners that are alive, the own one included. At least 1. */
  readonly count: number;
  /** Place of the own one among them, from 0. */
  readonly rank: number;
}

/**
 * Buckets of a projection that a runner may hold. The shares of all members add up to `bucketCount`
 * and differ by 1 at most. Who gets one more differs from projection to projection, so that many
 * projections of one bucket do not all fall to the first runner.
 */
export function fairShare(
  projection: string,
  bucketCount: number,
  { count, rank }: Members,
): number {
  const place = (rank + hashText(projection)) % count;
  return Math.floor(bucketCount / count) + (place < bucketCount % count ? 1 : 0);
}
