import { flowWords, type FlowTypes } from '@firedrill/core/flows';
import { createBreakers } from '@firedrill/core/resilience';
import { type Client, withTimeout } from '@firedrill/core/services';
import { z } from 'zod';
import { cacheKey, scopeFor, scopeOf } from './cache-key.ts';
import type { CacheServices, View } from './services.ts';
import type { SharedLevel } from './shared-level.ts';
import { TwoLevelCache } from './two-level-cache.ts';

/*
 * A change at the origin is an event; the flow forgets what was cached of it, for as long as it
 * takes. Reads go past the flow: they are functions, and somebody waits.
 *
 *   view.changed > (forget) > every process hears of it from the shared level
 */

const events = {
  'view.changed': z.object({
    user: z.string(),
    kind: z.string(),
    id: z.string(),
    version: z.int(),
  }),
};

interface Caching extends FlowTypes {
  readonly events: typeof events;
  readonly outside: { readonly cache: Pick<TwoLevelCache<View>, 'invalidate'> };
  readonly tables: {
    /** When the latest invalidation of a key began that went through, in ms since 1970. */
    readonly forgotten: { readonly sinceMs: number };
  };
}

const { step, defineFlow } = flowWords<Caching>();

export const caching = defineFlow({
  name: 'caching',
  events,
  steps: [
    step('forget', {
      on: 'view.changed',
      idempotent: { byNature: 'what is forgotten twice is forgotten' },
      concurrency: 64,
      // While Redis is away, one of all changes of a key tries again: each try forgets, and whoever
      // looks then loads.
      key: ({ user, kind, id }) => cacheKey(scopeFor(user, kind, id)),
      retry: {
        maxAttempts: Infinity,
        // Two tries in a second at the most: each of them makes two processes load.
        backoff: { initialMs: 500, maxMs: 1_000, factor: 2, jitter: 'none' },
      },
      async run({ user, kind, id }, { outside, tables, event, now }) {
        const key = cacheKey(scopeFor(user, kind, id));
        const last = await tables.get('forgotten', key);
        // What has changed before the last one began was forgotten by it.
        if (last !== undefined && event.atMs < last.sinceMs) return;
        const sinceMs = now();
        await outside.cache.invalidate(key);
        tables.set('forgotten', key, { sinceMs });
      },
    }),
  ],
});

type Outside = {
  readonly [Name in keyof CacheServices]: Client<CacheServices[Name]['operations']>;
};

/** Far above an ordinary answer of a cache, far below what a person notices. */
const redisMs = 100;
const loadMs = 2_000;

/** The cache of one process: its own memory before Redis before the origin. */
export function openCache(
  { origin, redis }: Outside,
  clock: { readonly now: () => number; readonly random: () => number },
): TwoLevelCache<View> {
  return new TwoLevelCache<View>({
    freshMs: 4_000,
    absentMs: 1_000,
    maxAgeMs: 10_000,
    jitter: 0.3,
    maxEntries: 500,
    // Three of it are more than a second: four loads of one view in any second, of two processes eight.
    loadEveryMs: 350,
    ...clock,
    shared: overRedis(redis),
    async load(key) {
      const { owner, kind, id } = scopeOf(key);
      const { view } = await withTimeout(origin, loadMs).load({ user: owner ?? '', kind, id });
      return view ?? undefined;
    },
  });
}

/** Redis as the shared level: behind a breaker, so that nobody waits for one that is down. */
function overRedis(redis: Outside['redis']): SharedLevel<View> {
  const client = withTimeout(redis, redisMs);
  const breakers = createBreakers({
    failureThreshold: { ratio: 0.5, minimumCalls: 5, windowMs: 5_000 },
    halfOpenAfterMs: { initialMs: 500, maxMs: 4_000 },
  });
  return {
    get: (key) =>
      breakers.execute('redis', async () => {
        const { entry, epoch } = await client.get({ key });
        return { entry: entry ?? undefined, epoch };
      }),
    put: (entry, epoch) =>
      breakers.execute('redis', async () => (await client.put({ entry, epoch })).isCurrent),
    // Past the breaker: it has its own patience, and must be told.
    invalidate: async (key) => {
      await client.invalidate({ key });
    },
  };
}
