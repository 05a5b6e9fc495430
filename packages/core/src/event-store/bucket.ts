import { checkInteger } from './checks.ts';
import type { StreamId } from './event.ts';

/** Buckets of a store unless it says otherwise: 64 workers can share a projection at most. */
export const DEFAULT_BUCKET_COUNT = 64;

/**
 * The bucket of a stream: FNV-1a (Fowler, Noll, Vo) over the UTF-16 units of its name, mixed by the
 * finaliser of MurmurHash3 (Appleby 2011). Stored with every event, so it must never change.
 */
export function bucketOf(stream: StreamId, bucketCount: number): number {
  return hashText(`${stream.category}\u001F${stream.id}`) % bucketCount;
}

/** Unsigned 32-bit hash of a text: the same in every process and version. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * The store's buckets that bucket `bucket` of a projection with `count` buckets covers: every
 * `count`-th.
 */
export function storeBuckets(bucket: number, count: number, storeCount: number): number[] {
  return Array.from({ length: storeCount / count }, (_, index) => bucket + index * count);
}

/** @throws RangeError unless `count` divides the store's bucket count. */
export function checkBucketCount(count: number, storeCount: number): number {
  checkInteger('bucketCount', count, 1, storeCount);
  if (storeCount % count !== 0) {
    throw new RangeError(
      `bucketCount must be a divisor of the store's ${storeCount} buckets, got ${count}.`,
    );
  }
  return count;
}
