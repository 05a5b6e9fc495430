import { expect, test } from 'vitest';
import { definePool } from './pool.ts';
import { Pools } from './pools.ts';
import { ProcessLink } from './process-link.ts';

const definition = definePool({
  name: 'connections',
  to: 'database',
  size: 2,
  maxWaiters: 0,
  acquireTimeoutMs: 1_000,
});

const placeOf = (stack: string): string | undefined => /quickRead|slowOrder/.exec(stack)?.[0];

test('names the place where connections are held longest, not the one that takes the last', async () => {
  let nowMs = 0;
  const pools = new Pools(() => nowMs, placeOf);
  const pool = pools.open(definition, new ProcessLink('app'));

  async function quickRead(): Promise<void> {
    const lease = await pool.acquire();
    nowMs += 1;
    lease.release();
  }
  async function slowOrder(): Promise<void> {
    const first = await pool.acquire();
    const second = await pool.acquire();
    nowMs += 1_000;
    first.release();
    second.release();
  }

  const other = await pool.acquire();
  await quickRead();
  other.release();
  expect(pools.reading('connections').heldAt).toBe('quickRead');
  await slowOrder();
  await quickRead();
  expect(pools.reading('connections').heldAt).toBe('slowOrder');
});
