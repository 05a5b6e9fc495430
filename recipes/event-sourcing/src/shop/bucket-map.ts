import type { ShopStore } from '../recipe.ts';

/**
 * Who holds each bucket of a projection, in their order; undefined where nobody does. Empty while no
 * worker has made the projection known.
 */
export async function holders(
  store: ShopStore,
  projection: string,
): Promise<readonly (string | undefined)[]> {
  const known = await store.projections.list();
  if (!known.some((each) => each.projection === projection)) return [];
  const { buckets } = await store.projections.status(projection);
  return buckets.map(({ owner }) => owner);
}

/** One character for each bucket: the last of its holder's name, `.` for nobody. */
export function bucketMap(owners: readonly (string | undefined)[]): string {
  return owners.map((owner) => owner?.at(-1) ?? '.').join('');
}

/** `worker-1: 8, worker-2: 8`; how many buckets each has. */
export function shares(owners: readonly (string | undefined)[]): string {
  const counts = new Map<string, number>();
  for (const owner of owners) {
    const who = owner ?? 'nobody';
    counts.set(who, (counts.get(who) ?? 0) + 1);
  }
  return [...counts]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([who, count]) => `${who}: ${count}`)
    .join(', ');
}

/** Whether everybody of a group holds buckets, nobody else does, and no two differ by more than one. */
export function isFair(owners: readonly (string | undefined)[], group: readonly string[]): boolean {
  const counts = group.map((member) => owners.filter((owner) => owner === member).length);
  const sum = counts.reduce((total, count) => total + count, 0);
  return sum > 0 && sum === owners.length && Math.max(...counts) - Math.min(...counts) <= 1;
}
