import type { ProjectionStorage } from '../projection-storage.ts';

/** Whether all buckets of a projection, in all generations or in one, have come to a position. */
export async function hasReached<Tx>(
  storage: ProjectionStorage<Tx>,
  projection: string,
  position: number,
  generation?: number,
): Promise<boolean> {
  const { buckets } = await storage.status(projection);
  return buckets
    .filter((bucket) => generation === undefined || bucket.generation === generation)
    .every(({ checkpoint }) => checkpoint >= position);
}
