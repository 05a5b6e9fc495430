import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { simulate } from '../simulation/index.ts';
import { type ConnectionPool, createConnectionPool, withConnection } from './connection-pool.ts';
import { PoolExhaustedError, PoolTimeoutError } from './errors.ts';
import { sleep } from './sleep.ts';
import type { Lease } from './slots.ts';

const inVirtualTime = async <T>(body: () => Promise<T>): Promise<T> =>
  (await simulate({ seed: 1, start: 0 }, body)).value;

/** Holds a connection for a time; says how that went. */
async function hold(pool: ConnectionPool, ms: number, signal?: AbortSignal): Promise<string> {
  try {
    using lease = await pool.acquire({ signal });
    expect(lease).toHaveProperty('release');
    await sleep(ms);
    return `done ${performance.now()}`;
  } catch (error) {
    return error instanceof Error ? `${error.name} ${performance.now()}` : String(error);
  }
}

describe('a connection pool', () => {
  test('lends as many connections as it has, then first come, first served', async () => {
    await inVirtualTime(async () => {
      const pool = createConnectionPool({ name: 'database', size: 2, acquireTimeoutMs: Infinity });
      const borrowers = [hold(pool, 100), hold(pool, 150), hold(pool, 10), hold(pool, 10)];
      expect(pool.metrics()).toEqual({
        size: 2,
        inUse: 2,
        waiting: 2,
        acquired: 2,
        timedOut: 0,
        rejected: 0,
        cancelled: 0,
      });
      expect(await Promise.all(borrowers)).toEqual([
        'done 100',
        'done 150',
        'done 110',
        'done 120',
      ]);
      expect(pool.metrics()).toMatchObject({ inUse: 0, waiting: 0, acquired: 4 });
    });
  });

  test('lets nobody wait longer than its limit', async () => {
    await inVirtualTime(async () => {
      const pool = createConnectionPool({ name: 'database', size: 1, acquireTimeoutMs: 50 });
      const first = hold(pool, 60);
      const second = hold(pool, 1);
      await sleep(20);
      const third = hold(pool, 1);
      expect(await Promise.all([first, second, third])).toEqual([
        'done 60',
        'PoolTimeoutError 50',
        'done 61',
      ]);
      expect(pool.metrics()).toMatchObject({ timedOut: 1, acquired: 2, inUse: 0 });
    });
  });

  test('lets each wait as long as the other, to the microsecond', async () => {
    await simulate({ seed: 1, start: 0 }, async (sim) => {
      const pool = createConnectionPool({ name: 'database', size: 1, acquireTimeoutMs: 10.3 });
      await pool.acquire();
      const waits: Promise<number>[] = [];
      for (let n = 0; n < 200; n += 1) {
        const fromMs = performance.now();
        const wait = pool.acquire().then(
          () => Number.NaN,
          () => performance.now() - fromMs,
        );
        waits.push(wait);
        await sleep(1);
        sim.blockEventLoop(0.137 * (n % 5));
      }
      const longest = (await Promise.all(waits)).map((ms) => Math.abs(ms - 10.3));
      // A callback that falls due within a blocked event loop runs at its end.
      expect(Math.max(...longest)).toBeLessThanOrEqual(0.137 * 4 + 1e-6);
      expect(Math.min(...longest)).toBeLessThan(1e-6);
    });
  });

  test('hands out what became free during a stall before it lets anybody have waited too long', async () => {
    await simulate({ seed: 1, start: 0 }, async (sim) => {
      const pool = createConnectionPool({ name: 'database', size: 1, acquireTimeoutMs: 50 });
      const lease = await pool.acquire();
      // The work is done at 40 ms, and its end is heard after what was due before it.
      setTimeout(() => setImmediate(() => lease.release()), 40);
      const waiting = hold(pool, 1);
      await sleep(10);
      sim.blockEventLoop(200);
      expect(await waiting).toMatch(/^done/);
      expect(pool.metrics()).toMatchObject({ acquired: 2, timedOut: 0, inUse: 0 });
      // Who really waits too long still does, once.
      const next = await pool.acquire();
      const late = hold(pool, 1);
      await sleep(10);
      sim.blockEventLoop(200);
      expect(await late).toMatch(/^PoolTimeoutError/);
      next.release();
      expect(pool.metrics()).toMatchObject({ timedOut: 1, inUse: 0, waiting: 0 });
    });
  });

  test('waits a month when told to, on one timer', async () => {
    const month = 30 * 86_400_000;
    await simulate({ seed: 1, start: 0, maxVirtualMs: 1e11 }, async () => {
      const pool = createConnectionPool({ name: 'database', size: 1, acquireTimeoutMs: month });
      await pool.acquire();
      const late = hold(pool, 1);
      await sleep(86_400_000);
      expect(pool.metrics()).toMatchObject({ waiting: 1, timedOut: 0 });
      expect(await late).toBe(`PoolTimeoutError ${month}`);
    });
  });

  test('refuses at once when too many wait', async () => {
    await inVirtualTime(async () => {
      const pool = createConnectionPool({
        name: 'database',
        size: 1,
        maxWaiters: 1,
        acquireTimeoutMs: Infinity,
      });
      const borrowers = [hold(pool, 10), hold(pool, 10)];
      await expect(pool.acquire()).rejects.toThrow(PoolExhaustedError);
      await Promise.all(borrowers);
      expect(pool.metrics()).toMatchObject({ rejected: 1, acquired: 2 });
    });
  });

  test('forgets a waiter whose signal is aborted, and rejects with its reason', async () => {
    await inVirtualTime(async () => {
      const pool = createConnectionPool({ name: 'database', size: 1, acquireTimeoutMs: Infinity });
      const controller = new AbortController();
      const first = hold(pool, 100);
      const second = hold(pool, 1, controller.signal);
      const third = hold(pool, 1);
      await sleep(10);
      controller.abort('gone');
      expect(await Promise.all([first, second, third])).toEqual(['done 100', 'gone', 'done 101']);
      expect(await hold(pool, 1, controller.signal)).toBe('gone');
      expect(pool.metrics()).toMatchObject({ cancelled: 2, inUse: 0 });
    });
  });

  test('is not waited for by whoever has left, and their work is not begun', async () => {
    await inVirtualTime(async () => {
      const pool = createConnectionPool({ name: 'database', size: 1, acquireTimeoutMs: 1_000 });
      const lease = await pool.acquire();
      const controller = new AbortController();
      const left = withConnection(pool, async () => 'begun', { signal: controller.signal });
      controller.abort('gone');
      await expect(left).rejects.toBe('gone');
      lease.release();
      expect(await withConnection(pool, async () => 'begun')).toBe('begun');
      await expect(withConnection(pool, () => Promise.reject(new Error('no')))).rejects.toThrow(
        'no',
      );
      expect(pool.metrics()).toMatchObject({ inUse: 0, waiting: 0, cancelled: 1 });
    });
  });

  test('takes a connection back once, however often it is released', async () => {
    const pool = createConnectionPool({ name: 'database', size: 2, acquireTimeoutMs: Infinity });
    const lease = await pool.acquire();
    await pool.acquire();
    lease.release();
    lease.release();
    lease[Symbol.dispose]();
    expect(pool.metrics()).toMatchObject({ inUse: 1 });
  });

  test('names what it is that failed, and what to do', () => {
    expect(new PoolTimeoutError('database', 50)).toMatchObject({
      code: 'POOL_TIMEOUT',
      message:
        'Failed to acquire a connection of database: none became free within 50 ms. Hold connections for less time, or admit less work.',
    });
  });

  test.each([{ size: 0 }, { size: 1.5 }, { maxWaiters: -1 }, { acquireTimeoutMs: 0 }])(
    'refuses %o',
    (options) => {
      expect(() =>
        createConnectionPool({ name: 'database', size: 1, acquireTimeoutMs: 1, ...options }),
      ).toThrow(RangeError);
    },
  );

  test('never lends more than it has, serves in order, and counts everybody once', async () => {
    const borrower = fc.record({
      atMs: fc.nat(50),
      holdMs: fc.integer({ min: 1, max: 40 }),
      cancelAfterMs: fc.option(fc.nat(40), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          size: fc.integer({ min: 1, max: 4 }),
          maxWaiters: fc.nat(6),
          acquireTimeoutMs: fc.integer({ min: 1, max: 60 }),
        }),
        fc.array(borrower, { maxLength: 30 }),
        async (options, borrowers) => {
          await inVirtualTime(async () => {
            const pool = createConnectionPool({ name: 'database', ...options });
            const served: number[] = [];
            let lent = 0;
            const visit = async (place: number, acquired: Promise<Lease>, ms: number) => {
              const lease = await acquired.catch(() => undefined);
              if (lease === undefined) return;
              served.push(place);
              lent += 1;
              expect(lent).toBeLessThanOrEqual(options.size);
              expect(pool.metrics().waiting).toBeLessThanOrEqual(options.maxWaiters);
              await sleep(ms);
              lent -= 1;
              lease.release();
            };
            const inOrder = borrowers.toSorted((one, other) => one.atMs - other.atMs);
            const visits: Promise<void>[] = [];
            for (const [place, { atMs, holdMs, cancelAfterMs }] of inOrder.entries()) {
              await sleep(atMs - performance.now());
              const controller = new AbortController();
              if (cancelAfterMs !== undefined) setTimeout(() => controller.abort(), cancelAfterMs);
              const lease = pool.acquire({ signal: controller.signal });
              visits.push(visit(place, lease, holdMs));
            }
            await Promise.all(visits);
            const { acquired, timedOut, rejected, cancelled, waiting, inUse } = pool.metrics();
            expect(acquired + timedOut + rejected + cancelled).toBe(borrowers.length);
            expect({ waiting, inUse, acquired }).toEqual({
              waiting: 0,
              inUse: 0,
              acquired: served.length,
            });
            expect(served).toEqual(served.toSorted((one, other) => one - other));
          });
        },
      ),
      { numRuns: 100 },
    );
  });
});
