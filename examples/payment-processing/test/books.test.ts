import { sleep } from '@firedrill/core/resilience';
import { createRandom } from '@firedrill/core/simulation';
import { ServiceError, ServiceTimeoutError } from '@firedrill/core/services';
import { expect, test } from 'vitest';
import { type Books, createBooks } from '../src/implementations/hardened/books.ts';
import { clock, contextOf, inVirtualTime } from './virtual-time.ts';

const refused = (status: number): Error => new ServiceError('database', 'credit', status, 'no');

interface Seen {
  readonly atMs: number[];
  /** Connections that are held now. */
  held: number;
}

/** Books on a pool that counts, and when a statement came to them. */
async function withBooks(
  body: (books: Books, seen: Seen) => Promise<void>,
  streams = 'one',
): Promise<void> {
  const seen: Seen = { atMs: [], held: 0 };
  await inVirtualTime(async () => {
    const books = createBooks(
      contextOf({
        random: (name: string) => createRandom(1, `${streams} ${name}`),
        telemetry: { failed: () => {} },
        outside: {
          database: {},
          connections: {
            acquire: async () => {
              seen.held += 1;
              return { release: () => (seen.held -= 1) };
            },
          },
        },
      }),
    );
    await body(books, seen);
  });
}

/** A statement that fails with these, one after the other, and then is done. */
const failing =
  (seen: Seen, ...errors: readonly Error[]) =>
  async () => {
    const error = errors[seen.atMs.length];
    seen.atMs.push(clock.elapsedMs());
    if (error !== undefined) throw error;
    return 'done';
  };

const passing = [
  ['a time-out', new ServiceTimeoutError('database', 'credit', 500)],
  ['a fault of the database', refused(500)],
  ['a database that is away', refused(503)],
  ['a database that has too much to do', refused(429)],
] as const;

test.each(passing)('after %s what must not be lost is tried again', (_, error) =>
  withBooks(async (books, seen) => {
    expect(await books.insist(failing(seen, error, error, error))).toBe('done');
    expect(seen.atMs).toHaveLength(4);
  }),
);

const final = [
  ['a statement that is wrong', refused(400)],
  ['a row that is not there', refused(404)],
  ['a refusal for good', refused(409)],
  ['a fault of our own', new TypeError('undefined is not a function')],
] as const;

test.each(final)('%s is told at once, and not tried again', (_, error) =>
  withBooks(async (books, seen) => {
    await expect(books.insist(failing(seen, error))).rejects.toBe(error);
    expect(seen.atMs).toHaveLength(1);
    expect(seen.held).toBe(0);
  }),
);

test('a statement that need not be repeated is tried once', () =>
  withBooks(async (books, seen) => {
    await expect(books.run(failing(seen, refused(503)))).rejects.toThrow('503');
    expect(seen.atMs).toHaveLength(1);
    expect(seen.held).toBe(0);
  }));

test('no connection is held between two attempts', () =>
  withBooks(async (books, seen) => {
    const done = books.insist(async () => {
      expect(seen.held).toBe(1);
      return failing(seen, ...Array.from({ length: 5 }, () => refused(503)))();
    });
    for (let at = 0; at < 100; at += 1) {
      await sleep(10);
      expect(seen.held).toBe(0);
    }
    await done;
  }));

test('a database that is away for a quarter of an hour is asked some hundred times, and is used seconds after it is back', async () => {
  const awayMs = 15 * 60_000;
  const asked = async (streams: string): Promise<readonly number[]> => {
    const atMs: number[] = [];
    await withBooks(async (books) => {
      await books.insist(async () => {
        atMs.push(clock.elapsedMs());
        if (clock.elapsedMs() < awayMs) throw refused(503);
      });
    }, streams);
    return atMs;
  };
  const [one, other] = [await asked('one'), await asked('other')];
  expect(one.length).toBeGreaterThan(100);
  expect(one.length).toBeLessThan(1_000);
  expect((one.at(-1) ?? 0) - awayMs).toBeLessThan(5_000);
  // Many that wait for the same do not come back at the same instants.
  expect(one.filter((atMs) => atMs > 1 && other.includes(atMs))).toEqual([]);
});
