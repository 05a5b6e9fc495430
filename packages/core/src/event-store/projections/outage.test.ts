import { expect, test } from 'vitest';
import { sleep } from '../../resilience/index.ts';
import { StoreUnavailableError } from '../unavailable.ts';
import { createMemoryEventStore, type MemoryEventStore } from '../memory/memory-event-store.ts';
import type { Projection } from './define-projection.ts';
import type { RunnerNotice } from './notices.ts';
import type { MemoryTransaction } from '../memory/transaction.ts';
import { createProjectionRunner, type ProjectionRunner } from './runner.ts';
import { type RunnerBed, simulated } from './runner-bed.ts';

type Trouble = 'none' | 'before-commit' | 'after-commit' | 'down';

const constant = { initialMs: 100, maxMs: 100, factor: 1, jitter: 'none' } as const;

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

/** A store of which single calls can be made to fail, or to take their time. */
function interfered(
  bed: RunnerBed,
  before: (call: 'transaction' | 'renew' | 'positions' | 'register' | 'release') => Promise<void>,
): MemoryEventStore {
  const store = createMemoryEventStore({ database: bed.database });
  return {
    ...store,
    projections: {
      ...store.projections,
      async renew(leases, leaseMs) {
        await before('renew');
        return store.projections.renew(leases, leaseMs);
      },
      async register(registration) {
        await before('register');
        return store.projections.register(registration);
      },
      async release(leases) {
        await before('release');
        return store.projections.release(leases);
      },
    },
    async positions() {
      await before('positions');
      return store.positions();
    },
    async transaction(work) {
      await before('transaction');
      return store.transaction(work);
    },
  };
}

const lost = (): never => {
  throw new StoreUnavailableError('the server restarts', 'undone');
};

test('a database that is lost under a handler costs no attempt, also when the handler hides it', async () => {
  await simulated(async (bed) => {
    await bed.append('1', 'a', 'b');
    const attempts: number[] = [];
    const projection = bed.projection(
      (_events, _tx, { attempt }) => {
        attempts.push(attempt);
        if (attempts.length === 1) lost();
        if (attempts.length === 2) {
          const cause = new StoreUnavailableError('the server restarts', 'unknown');
          throw new Error('could not write the summary', { cause });
        }
      },
      { failure: { maxAttempts: 1, backoff: constant, onExhausted: 'dead-letter' } },
    );
    const { runner } = await bed.start(projection);
    await runner.onCaughtUp();
    expect(attempts).toEqual([1, 1, 1]);
    expect(bed.types()).toEqual(['a', 'b']);
    expect(bed.notices.map(({ type }) => type)).not.toContain('batch.failed');
    const troubles = bed.notices.flatMap((each) =>
      each.type === 'store.failed' ? each.during : [],
    );
    expect(troubles).toEqual(['handle', 'handle']);
    expect(runner.metrics()).toMatchObject([{ failures: 0, deadLettered: 0 }]);
    await runner.stop();
  });
});

test('a runner that is started while the server restarts starts when it is back', async () => {
  await simulated(async (bed) => {
    let refusals = 3;
    const store = interfered(bed, async (call) => {
      if (call === 'register' && refusals-- > 0) lost();
    });
    await bed.append('1', 'a');
    const runner = await start(store, bed.projection());
    await runner.onCaughtUp();
    expect(bed.types()).toEqual(['a']);
    await runner.stop();
  });
});

test('a runner that finds no server for long does not start, and says why', async () => {
  await simulated(async (bed) => {
    const store = interfered(bed, async () => lost());
    const runner = createProjectionRunner(store, { projections: [bed.projection()] });
    await expect(runner.start()).rejects.toThrow('the server restarts');
  });
});

test('waiting to have caught up outlasts an outage, and ends at once when it is given up', async () => {
  await simulated(async (bed) => {
    let isDown = false;
    const hanging = new Promise<void>(() => {});
    let isSilent = false;
    const store = interfered(bed, async (call) => {
      if (call === 'positions' && isSilent) await hanging;
      if (call === 'positions' && isDown) lost();
    });
    await bed.append('1', 'a');
    const runner = await start(store, bed.projection());
    isDown = true;
    const caughtUp = runner.onCaughtUp();
    await sleep(10_000);
    isDown = false;
    await caughtUp;
    isSilent = true;
    const signal = AbortSignal.timeout(1_000);
    const before = Date.now();
    await expect(runner.onCaughtUp({ signal })).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(Date.now() - before).toBe(1_000);
    await runner.stop();
  });
});

test('a stop with a limit ends within a second of it, though the store answers nothing', async () => {
  await simulated(async (bed) => {
    let isSilent = false;
    const store = interfered(bed, async () => {
      if (isSilent) await new Promise(() => {});
    });
    const notices: RunnerNotice[] = [];
    const runner = createProjectionRunner(store, {
      projections: [bed.projection()],
      leaseMs: 3_000,
      onNotice: (notice) => void notices.push(notice),
    });
    await runner.start();
    isSilent = true;
    await sleep(5_000);
    const before = Date.now();
    await runner.stop({ timeoutMs: 500 });
    expect(Date.now() - before).toBe(1_500);
    expect(notices.at(-1)).toMatchObject({ type: 'store.failed', during: 'stop' });
  });
});

test('buckets that could not be given back are, when the store answers again', async () => {
  await simulated(async (bed) => {
    await bed.append('1', 'a');
    let trouble: 'none' | 'commit' | 'release' = 'none';
    const plain = createMemoryEventStore({ database: bed.database });
    const inner = interfered(bed, async (call) => {
      if (call === 'release' && trouble === 'release') lost();
    });
    const store: MemoryEventStore = {
      ...inner,
      async transaction(work) {
        if (trouble !== 'commit') return inner.transaction(work);
        trouble = 'release';
        throw new StoreUnavailableError('the answer was lost', 'unknown');
      },
    };
    const runner = await start(store, bed.projection());
    await runner.onCaughtUp();
    trouble = 'commit';
    await bed.append('1', 'b');
    await sleep(500);
    trouble = 'none';
    await runner.onCaughtUp();
    expect(bed.types()).toEqual(['a', 'b']);
    const { buckets } = await plain.projections.status('totals');
    expect(buckets.every(({ isLeased }) => isLeased)).toBe(true);
    await runner.stop();
  });
});

test.each(['renewal', 'connection'] as const)('a runner that starves says so: %s', async (of) => {
  await simulated(async (bed) => {
    await bed.append('1', 'a');
    const notices: RunnerNotice[] = [];
    const slow = of === 'renewal' ? 'renew' : 'transaction';
    const store = interfered(bed, async (call) => {
      if (call === slow) await sleep(2_500);
    });
    const runner = createProjectionRunner(store, {
      projections: [bed.projection()],
      leaseMs: 3_000,
      onNotice: (notice) => void notices.push(notice),
    });
    await runner.start();
    await sleep(8_000);
    await runner.stop();
    const starving = notices.find(({ type }) => type === 'runner.starving');
    expect(starving).toMatchObject({ of, leaseMs: 3_000 });
  });
});
