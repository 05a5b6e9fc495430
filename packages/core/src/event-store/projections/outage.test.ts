import { expect, test } from 'vitest';
import { sleep } from '../../resilience/index.ts';
import { createMemoryEventStore, type MemoryEventStore } from '../memory/memory-event-store.ts';
import type { Projection } from './define-projection.ts';
import type { MemoryTransaction } from '../memory/transaction.ts';
import { createProjectionRunner, type ProjectionRunner } from './runner.ts';
import { type RunnerBed, simulated } from './runner-bed.ts';

type Trouble = 'none' | 'before-commit' | 'after-commit' | 'down';

/** A store whose transactions end without an answer, or that cannot be reached at all. */
function troubled(bed: RunnerBed, trouble: () => Trouble): MemoryEventStore {
  const store = createMemoryEventStore({ database: bed.database });
  const failIf = (...kinds: readonly Trouble[]): void => {
    if (kinds.includes(trouble())) throw new Error('connection lost');
  };
  return {
    ...store,
    projections: {
      ...store.projections,
      async recordFailure(lease, failure) {
        failIf('down');
        await store.projections.recordFailure(lease, failure);
      },
      async renew(leases, leaseMs) {
        failIf('down');
        return store.projections.renew(leases, leaseMs);
      },
      async acquire(request) {
        failIf('down');
        return store.projections.acquire(request);
      },
    },
    async transaction(work) {
      failIf('down');
      const value = await store.transaction(async (tx) => {
        const result = await work(tx);
        failIf('before-commit');
        return result;
      });
      failIf('after-commit');
      return value;
    },
  };
}

async function start(
  store: MemoryEventStore,
  projection: Projection<MemoryTransaction>,
): Promise<ProjectionRunner> {
  const runner = createProjectionRunner(store, { projections: [projection], leaseMs: 3_000 });
  await runner.start();
  return runner;
}

test.each(['before-commit', 'after-commit'] as const)(
  'an event whose transaction ends without an answer takes effect once (%s)',
  async (kind) => {
    await simulated(async (bed) => {
      await bed.append('1', 'a', 'b');
      let trouble: Trouble = kind;
      const attempts: number[] = [];
      const projection = bed.projection((events, _tx, { attempt }) => {
        attempts.push(attempt);
        if (events.length === 1) trouble = 'none';
      });
      const store = troubled(bed, () => trouble);
      const runner = await start(store, projection);
      await sleep(100);
      trouble = 'none';
      await runner.onCaughtUp();
      expect(bed.types()).toEqual(['a', 'b']);
      // Once as a whole; what had not happened, once more each.
      expect(attempts).toHaveLength(kind === 'before-commit' ? 3 : 1);
      await runner.stop();
    });
  },
);

test('while the store cannot be reached no attempt is counted, and work goes on afterwards', async () => {
  await simulated(async (bed) => {
    await bed.append('1', 'a');
    let trouble: Trouble = 'none';
    const attempts: number[] = [];
    const projection = bed.projection((_events, _tx, { attempt }) => {
      attempts.push(attempt);
      if (attempts.length === 1) {
        trouble = 'down';
        throw new Error('connection lost');
      }
    });
    const runner = await start(
      troubled(bed, () => trouble),
      projection,
    );
    await sleep(120_000);
    expect(attempts).toEqual([1]);
    trouble = 'none';
    await runner.onCaughtUp();
    expect(attempts).toEqual([1, 1]);
    expect(bed.types()).toEqual(['a']);
    await runner.stop();
  });
});
