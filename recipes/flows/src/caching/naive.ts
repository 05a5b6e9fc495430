import { type Client, noLimit } from '@firedrill/core/services';
import type { CacheServices, View } from './services.ts';

type Outside = {
  readonly [Name in keyof CacheServices]: Client<CacheServices[Name]['operations']>;
};

const ttlMs = 20_000;

/**
 * Look, load, put: the key is the path, whoever asks; everybody who misses loads; what was loaded
 * before a change is put after it; and one waits for Redis for as long as Redis likes.
 */
export function naiveCache({ origin, redis }: Outside, now: () => number) {
  const own = new Map<string, { readonly view: View | null; readonly untilMs: number }>();
  const patient = { timeoutMs: noLimit('a cache is quick') };
  return {
    async read(user: string, kind: string, id: string): Promise<View | null> {
      const key = `${kind}/${id}`;
      const known = own.get(key);
      if (known && now() < known.untilMs) return known.view;
      const { entry } = await redis.get({ key }, patient);
      if (entry?.value && now() < entry.freshUntilMs) return entry.value;
      const loadedMs = now();
      const { view } = await origin.load({ user, kind, id }, patient);
      const untilMs = loadedMs + ttlMs;
      own.set(key, { view, untilMs });
      if (view) {
        const kept = { key, value: view, loadedMs, freshUntilMs: untilMs, usableUntilMs: untilMs };
        await redis.put({ entry: kept }, patient);
      }
      return view;
    },
    async changed(kind: string, id: string): Promise<void> {
      own.delete(`${kind}/${id}`);
      await redis.invalidate({ key: `${kind}/${id}` }, patient);
    },
  };
}
