import { type ConnectionPool, createConnectionPool } from '../../resilience/index.ts';
import { overLink } from '../../services/index.ts';
import type { ProcessLink } from './process-link.ts';
import type { PoolDefinition } from './pool.ts';

/** What a pool came to, in all processes and over all their starts. */
export interface PoolReading {
  /** Connections of the processes that run now. */
  readonly size: number;
  readonly inUse: number;
  readonly waiting: number;
  readonly acquired: number;
  readonly timedOut: number;
  readonly rejected: number;
  /** Mean time that a connection was held, in ms; `undefined` when none came back. */
  readonly meanHeldMs: number | undefined;
  /** Where connections are held longest in all, in the implementation's source, once half are taken. */
  readonly heldAt: string | undefined;
}

interface Entry {
  readonly pool: ConnectionPool;
  readonly link: ProcessLink;
}

/** Stacks that are looked at, of each pool: they cost as much as a call does. */
const mostStacks = 200;

/** All pools of a phase, by name. */
export class Pools {
  readonly #entries = new Map<string, Entry[]>();
  readonly #held = new Map<string, { sumMs: number; count: number }>();
  /** Time that connections were held, by the place where they were taken, of each pool. */
  readonly #heldAt = new Map<string, Map<string, number>>();
  /** A stack is read once: the same few come again and again. */
  readonly #places = new Map<string, string | undefined>();
  readonly #stacksTaken = new Map<string, number>();
  readonly #elapsedMs: () => number;
  readonly #placeOf: (stack: string) => string | undefined;

  /** @param placeOf the place in an implementation's source that a stack names */
  constructor(elapsedMs: () => number, placeOf: (stack: string) => string | undefined) {
    this.#elapsedMs = elapsedMs;
    this.#placeOf = placeOf;
  }

  /** A pool of one process, watched. */
  open(definition: PoolDefinition, link: ProcessLink): ConnectionPool {
    const { name, size, maxWaiters, acquireTimeoutMs } = definition;
    const pool = createConnectionPool({ name, size, maxWaiters, acquireTimeoutMs });
    const entries = this.#entries.get(name) ?? [];
    entries.push({ pool, link });
    this.#entries.set(name, entries);
    const held = this.#held.get(name) ?? { sumMs: 0, count: 0 };
    this.#held.set(name, held);
    const heldAt = this.#heldAt.get(name) ?? new Map<string, number>();
    this.#heldAt.set(name, heldAt);

    return Object.freeze<ConnectionPool>({
      name,
      metrics: () => pool.metrics(),
      acquire: async (options) => {
        const stack = this.#stackOf(name, pool);
        const lease = await overLink(pool.acquire(options), link);
        const sinceMs = this.#elapsedMs();
        let isHeld = true;
        const release = (): void => {
          if (!isHeld) return;
          isHeld = false;
          const heldMs = this.#elapsedMs() - sinceMs;
          held.sumMs += heldMs;
          held.count += 1;
          const place = stack === undefined ? undefined : this.#placeIn(stack);
          if (place !== undefined) heldAt.set(place, (heldAt.get(place) ?? 0) + heldMs);
          lease.release();
        };
        return Object.freeze({ release, [Symbol.dispose]: release });
      },
    });
  }

  readings(): ReadonlyMap<string, PoolReading> {
    return new Map([...this.#entries.keys()].map((name) => [name, this.reading(name)]));
  }

  /** @throws RangeError when there is no such pool. */
  reading(name: string): PoolReading {
    const entries = this.#entries.get(name);
    if (entries === undefined) throw new RangeError(`There is no pool "${name}".`);
    const sum = { size: 0, inUse: 0, waiting: 0, acquired: 0, timedOut: 0, rejected: 0 };
    for (const { pool, link } of entries) {
      const metrics = pool.metrics();
      sum.acquired += metrics.acquired;
      sum.timedOut += metrics.timedOut;
      sum.rejected += metrics.rejected;
      if (link.isCut) continue;
      sum.size += metrics.size;
      sum.inUse += metrics.inUse;
      sum.waiting += metrics.waiting;
    }
    const held = this.#held.get(name);
    return {
      ...sum,
      meanHeldMs: held === undefined || held.count === 0 ? undefined : held.sumMs / held.count,
      heldAt: longestOf(this.#heldAt.get(name)),
    };
  }

  #placeIn(stack: string): string | undefined {
    if (!this.#places.has(stack)) this.#places.set(stack, this.#placeOf(stack));
    return this.#places.get(stack);
  }

  /** Where the first connections are taken of a pool that is half empty. */
  #stackOf(name: string, pool: ConnectionPool): string | undefined {
    const taken = this.#stacksTaken.get(name) ?? 0;
    if (taken >= mostStacks || !isTight(pool)) return undefined;
    this.#stacksTaken.set(name, taken + 1);
    return new Error('where').stack ?? '';
  }
}

/** Whether the last connections of a pool are being taken: from then on it matters where. */
function isTight(pool: ConnectionPool): boolean {
  const { inUse, size } = pool.metrics();
  return 2 * inUse >= size;
}

function longestOf(heldMs: ReadonlyMap<string, number> = new Map()): string | undefined {
  let longest: string | undefined;
  let mostMs = -Infinity;
  for (const [place, ms] of heldMs) {
    if (ms <= mostMs) continue;
    longest = place;
    mostMs = ms;
  }
  return longest;
}
