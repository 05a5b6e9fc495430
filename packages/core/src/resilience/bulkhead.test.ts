import { describe, expect, test } from 'vitest';
import { simulate } from '../simulation/index.ts';
import { createBulkhead } from './bulkhead.ts';
import { BulkheadFullError, BulkheadTimeoutError } from './errors.ts';
import { sleep } from './sleep.ts';

const inVirtualTime = async <T>(body: () => Promise<T>): Promise<T> =>
  (await simulate({ seed: 1, start: 0 }, body)).value;
const options = { name: 'bank', maxConcurrent: 2, maxWaiting: 2, maxWaitMs: 150 };

describe('a bulkhead', () => {
  test('runs so many calls at once, lets some wait their turn, and refuses the rest', async () => {
    await inVirtualTime(async () => {
      const bulkhead = createBulkhead(options);
      const call = () => bulkhead.execute(() => sleep(100).then(() => performance.now()));
      const calls = [call(), call(), call(), call(), call()];
      expect(bulkhead.metrics()).toMatchObject({ running: 2, waiting: 2, rejected: 1 });
      const outcomes = await Promise.allSettled(calls);
      expect(outcomes).toMatchObject([
        { value: 100 },
        { value: 100 },
        { value: 200 },
        { value: 200 },
        { reason: { code: 'BULKHEAD_FULL', bulkhead: 'bank', outcome: 'failure' } },
      ]);
      expect(bulkhead.metrics()).toMatchObject({ running: 0, started: 4, waiting: 0 });
    });
  });

  test('lets nobody wait longer than its limit, nor a caller who hung up take a place', async () => {
    await inVirtualTime(async () => {
      const bulkhead = createBulkhead({ ...options, maxConcurrent: 1 });
      const first = bulkhead.execute(() => sleep(200));
      const late = bulkhead.execute(() => 'never');
      const controller = new AbortController();
      const gone = bulkhead.execute(() => 'never', controller.signal);
      controller.abort('gone');
      await expect(gone).rejects.toBe('gone');
      await expect(late).rejects.toThrow(BulkheadTimeoutError);
      expect(performance.now()).toBe(150);
      await first;
      expect(bulkhead.metrics()).toMatchObject({ started: 1, timedOut: 1, cancelled: 1 });
    });
  });

  test('gives the place back when a call fails, also at once', async () => {
    const bulkhead = createBulkhead({ ...options, maxConcurrent: 1, maxWaiting: 0 });
    for (let call = 0; call < 3; call += 1) {
      await expect(
        bulkhead.execute(() => {
          throw new Error('down');
        }),
      ).rejects.toThrow('down');
    }
    expect(await bulkhead.execute(() => 'up')).toBe('up');
  });

  test('nobody waits by default', async () => {
    const bulkhead = createBulkhead({ name: 'bank', maxConcurrent: 1, maxWaitMs: Infinity });
    void bulkhead.execute(() => new Promise(() => {}));
    await expect(bulkhead.execute(() => 'never')).rejects.toThrow(BulkheadFullError);
  });

  test.each([
    [{ maxConcurrent: 0 }, 'bank.maxConcurrent must be a whole number of at least 1, got 0'],
    [{ maxWaiting: -1 }, 'bank.maxWaiting must be a whole number of at least 0, got -1'],
    [{ maxWaitMs: 0 }, 'bank.maxWaitMs must be a number above 0, got 0'],
  ])('the option %o is refused by name and value', (change, message) => {
    expect(() => createBulkhead({ ...options, ...change })).toThrow(message);
  });
});
