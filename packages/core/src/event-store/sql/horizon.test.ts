import { expect, test } from 'vitest';
import { RightMissingError } from './errors.ts';
import { Horizon } from './horizon.ts';
import type { SqlExecutor } from './sql-database.ts';

/** A server as the horizon sees it: events at some positions, and numbers of transactions. */
interface Server {
  readonly positions: readonly number[];
  readonly nextNumber: number;
  readonly oldestOpen?: number;
  readonly isStandby?: boolean;
}

function executorOn(server: () => Server): SqlExecutor {
  return {
    query: () => Promise.reject(new Error('not needed here')),
    run: ({ name }, [from]) => {
      const { positions, nextNumber, oldestOpen = nextNumber, isStandby = false } = server();
      const head = Math.max(0, ...positions);
      if (name === 'horizon_mark') {
        if (isStandby) return Promise.reject(new RightMissingError(new Error('in recovery')));
        return Promise.resolve([{ head, number: String(nextNumber) }]);
      }
      let contiguous = Number(from);
      while (positions.includes(contiguous + 1)) contiguous += 1;
      const numbers = { oldest_open: String(oldestOpen), next_number: String(nextNumber + 1) };
      return Promise.resolve([{ ...numbers, head, contiguous }]);
    },
  };
}

test('a gap that a writer holds open is passed on the server that the data has moved to', async () => {
  let server: Server = { positions: [1, 2, 4], nextNumber: 9_000, oldestOpen: 8_999 };
  const horizon = new Horizon(executorOn(() => server));
  expect(await horizon.positions()).toEqual({ horizon: 2, head: 4 });

  server = { positions: [1, 2, 4, 5], nextNumber: 700 };
  await horizon.positions();
  server = { ...server, nextNumber: 701 };
  expect(await horizon.positions()).toEqual({ horizon: 5, head: 5 });
});

test('a writer that is open on the new server is waited for there', async () => {
  let server: Server = { positions: [1, 2, 4], nextNumber: 9_000, oldestOpen: 8_999 };
  const horizon = new Horizon(executorOn(() => server));
  await horizon.positions();
  server = { positions: [1, 2, 4], nextNumber: 700, oldestOpen: 690 };
  for (let look = 0; look < 3; look += 1) {
    expect(await horizon.positions()).toEqual({ horizon: 2, head: 4 });
  }
});

test('a store that lost its last events in a failover is read from where it stands', async () => {
  let server: Server = { positions: [1, 2, 3, 4, 5], nextNumber: 9_000 };
  const horizon = new Horizon(executorOn(() => server));
  expect(await horizon.positions()).toEqual({ horizon: 5, head: 5 });
  server = { positions: [1, 2, 3], nextNumber: 9_100 };
  expect(await horizon.positions()).toEqual({ horizon: 3, head: 3 });
});

test('on a standby the horizon stays below a gap, and nothing fails', async () => {
  const server: Server = { positions: [1, 2, 4], nextNumber: 9_000, isStandby: true };
  const horizon = new Horizon(executorOn(() => server));
  expect(await horizon.positions()).toEqual({ horizon: 2, head: 4 });
});
