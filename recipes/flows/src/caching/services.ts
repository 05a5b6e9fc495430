import { defineChannel, defineService } from '@firedrill/core/services';
import { z } from 'zod';
import { cacheKey, scopeFor } from './cache-key.ts';
import type { Entry } from './freshness.ts';

/** What a user is shown. */
export interface View {
  /** Whose it is; null: everybody's. */
  readonly owner: string | null;
  readonly version: number;
}

/** What the world outside of the caches knows. */
export interface CacheTruth {
  /** When each version of a view began, from version 1 on, by its key: milliseconds of the run. */
  readonly versions: Map<string, number[]>;
  /** Loads of the origin in the second that runs, by key; and the most there ever were. */
  readonly loads: Map<string, { second: number; count: number }>;
  mostLoads: number;
  /**
   * Every page that somebody opened: when, whether it came in time, and whether it was older than an
   * invalidation needs to arrive.
   */
  readonly pages: { readonly atMs: number; readonly isInTime: boolean; readonly isOld: boolean }[];
  /** Older than the cache promises; somebody else's. */
  tooOld: number;
  leaked: number;
}

export type CacheServices = Pick<ReturnType<typeof createCacheServices>, 'origin' | 'redis'>;

/** The origin, and what the processes share: a cache that also tells of invalidations. */
export function createCacheServices(truth: CacheTruth, elapsedMs: () => number) {
  const invalidations = defineChannel<{ readonly key: string }>({
    name: 'invalidations',
    latency: { p50Ms: 5, p99Ms: 40 },
  });

  const origin = defineService({
    name: 'origin',
    baseUrl: 'https://origin.test',
    latency: { p50Ms: 60, p99Ms: 250 },
    operations: {
      load: {
        method: 'POST',
        path: '/views',
        input: z.object({ user: z.string(), kind: z.string(), id: z.string() }),
        handle: ({ user, kind, id }): { view: View | null } => {
          const scope = scopeFor(user, kind, id);
          const key = cacheKey(scope);
          const second = Math.floor(elapsedMs() / 1_000);
          const known = truth.loads.get(key);
          const count = known?.second === second ? known.count + 1 : 1;
          truth.loads.set(key, { second, count });
          truth.mostLoads = Math.max(truth.mostLoads, count);
          const version = truth.versions.get(key)?.length ?? 0;
          return { view: version === 0 ? null : { owner: scope.owner, version } };
        },
      },
    },
  });

  const entries = new Map<string, Entry<View>>();
  const epochs = new Map<string, number>();
  const redis = defineService({
    name: 'redis',
    baseUrl: 'https://redis.test',
    latency: { p50Ms: 1, p99Ms: 5 },
    operations: {
      get: {
        method: 'POST',
        path: '/get',
        input: z.object({ key: z.string() }),
        handle: ({ key }) => ({ entry: entries.get(key) ?? null, epoch: epochs.get(key) ?? 0 }),
      },
      put: {
        method: 'POST',
        path: '/put',
        /** Without an epoch it is written whatever has happened since. */
        input: z.object({ entry: z.custom<Entry<View>>(), epoch: z.number().optional() }),
        handle: ({ entry, epoch }) => {
          const isCurrent = epoch === undefined || epoch === (epochs.get(entry.key) ?? 0);
          if (isCurrent) entries.set(entry.key, entry);
          return { isCurrent };
        },
      },
      invalidate: {
        method: 'POST',
        path: '/invalidate',
        input: z.object({ key: z.string() }),
        handle: ({ key }) => {
          epochs.set(key, (epochs.get(key) ?? 0) + 1);
          entries.delete(key);
          invalidations.send({ key });
          return {};
        },
      },
    },
  });
  return { origin, redis, invalidations };
}
