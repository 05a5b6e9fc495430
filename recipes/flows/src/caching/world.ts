import { settle, sleep } from '@firedrill/core/resilience';
import type { Random } from '@firedrill/core/simulation';
import { cacheKey, scopeFor } from './cache-key.ts';
import type { CacheTruth, View } from './services.ts';

const users = Array.from({ length: 12 }, (_, index) => `user-${index + 1}`);

/** The oldest view that the cache promises: its age, and the limits of a load that somebody joins. */
export const promisedMs = 10_000 + 2_500;
/** How long it takes to tell every process, when all is well. */
const toldMs = 2_000;
/** How long somebody waits for a page. */
const patienceMs = 2_000;

export interface Wish {
  readonly user: string;
  readonly kind: string;
  readonly id: string;
  /** Changes the view instead of looking at it. */
  readonly isChange: boolean;
}

/** Half of all look at one quote; the rest at the catalogue and at what is their own. */
export function drawWish(draw: Random): Wish {
  const user = draw.pick(users);
  const isChange = draw.chance(0.12);
  const what = draw.next();
  if (what < 0.5)
    return { user, kind: 'quote', id: 'ACME', isChange: isChange && draw.chance(0.2) };
  if (what < 0.7) return { user, kind: 'catalogue', id: `item-${draw.integer(1, 30)}`, isChange };
  // Not there, and asked for all the same.
  if (what < 0.75)
    return { user, kind: 'catalogue', id: `none-${draw.integer(1, 5)}`, isChange: false };
  return { user, kind: what < 0.9 ? 'profile' : 'patients', id: 'mine', isChange };
}

/** Every view is there when the run begins, in its first version. */
export function firstVersions(): Map<string, number[]> {
  const versions = new Map<string, number[]>();
  const add = (user: string, kind: string, id: string) =>
    versions.set(cacheKey(scopeFor(user, kind, id)), [-Infinity]);
  add('', 'quote', 'ACME');
  for (let item = 1; item <= 30; item += 1) add('', 'catalogue', `item-${item}`);
  for (const user of users) {
    add(user, 'profile', 'mine');
    add(user, 'patients', 'mine');
  }
  return versions;
}

/** The version of a view at an instant. */
const versionAt = (began: readonly number[], atMs: number): number =>
  began.filter((since) => since <= atMs).length;

/** One page that somebody opens. */
export async function look(
  truth: CacheTruth,
  wish: Wish,
  elapsedMs: () => number,
  read: () => Promise<View | null>,
): Promise<number> {
  const fromMs = elapsedMs();
  const outcome = await settle(read());
  const tookMs = elapsedMs() - fromMs;
  if (outcome.kind !== 'success') {
    truth.pages.push({ atMs: fromMs, isInTime: false, isOld: false });
    return tookMs;
  }
  const view = outcome.value;
  const scope = scopeFor(wish.user, wish.kind, wish.id);
  const began = truth.versions.get(cacheKey(scope)) ?? [];
  const version = view?.version ?? 0;
  const isOld = version < versionAt(began, fromMs - toldMs);
  truth.pages.push({ atMs: fromMs, isInTime: tookMs < patienceMs, isOld });
  if (version < versionAt(began, fromMs - promisedMs)) truth.tooOld += 1;
  if (view && view.owner !== scope.owner) truth.leaked += 1;
  return tookMs;
}

/** A change at the origin, and the event that tells of it, until somebody has taken it. */
export async function change(
  truth: CacheTruth,
  wish: Wish,
  elapsedMs: () => number,
  tell: (version: number) => Promise<void>,
): Promise<void> {
  const key = cacheKey(scopeFor(wish.user, wish.kind, wish.id));
  const began = truth.versions.get(key) ?? [];
  began.push(elapsedMs());
  truth.versions.set(key, began);
  const version = began.length;
  for (let press = 0; press < 200; press += 1) {
    const { kind } = await settle(tell(version));
    if (kind === 'success') return;
    await sleep(1_000);
  }
}
