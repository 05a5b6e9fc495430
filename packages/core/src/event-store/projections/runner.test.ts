import { expect, test } from 'vitest';
import { sleep } from '../../resilience/index.ts';
import {
  createProjectionRunner,
  defineProjection,
  formatStatusTable,
  retryDeadLetters,
  startRebuild,
  swapWhenCaughtUp,
  toInlineProjection,
} from './index.ts';
import { simulated } from './runner-bed.ts';
import { committedEvents, differences } from './test-bed.ts';

const twice = {
  maxAttempts: 2,
  backoff: { initialMs: 100, maxMs: 100, factor: 1, jitter: 'none' },
} as const;
const refusesBad = (events: readonly { readonly type: string }[]): void => {
  if (events.some(({ type }) => type === 'bad')) throw new Error('refused');
};
const buckets = (runner: { metrics(): readonly { readonly buckets: number }[] }): number =>
  runner.metrics().reduce((sum, metrics) => sum + metrics.buckets, 0);

test('what was appended before, during and after a stop takes effect once', async () => {
  await simulated(async (bed) => {
    await bed.append('1', 'a', 'b');
    const first = await bed.start(bed.projection());
    await bed.append('2', 'c');
    await first.runner.onCaughtUp();
    await first.runner.stop();
    await bed.append('1', 'd');
    const second = await bed.start(bed.projection());
    await second.runner.onCaughtUp();
    expect(bed.types().toSorted()).toEqual(['a', 'b', 'c', 'd']);
    await second.runner.stop();
  });
});

test('whoever waits for a stopped runner to catch up can give up', async () => {
  await simulated(async (bed) => {
    const { runner } = await bed.start(bed.projection());
    await runner.stop();
    await bed.append('1', 'a');
    const signal = AbortSignal.timeout(5_000);
    await expect(runner.onCaughtUp({ signal })).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

test('an append of the same process is handled without waiting for the next poll', async () => {
  await simulated(async (bed) => {
    const runner = createProjectionRunner(bed.store, {
      projections: [bed.projection()],
      pollMs: 1_000_000,
    });
    await runner.start();
    await bed.append('1', 'a');
    await sleep(1);
    expect(bed.types()).toEqual(['a']);
    await runner.stop();
  });
});

test('runners share buckets fairly when they come, and take them over when they go', async () => {
  await simulated(async (bed) => {
    const one = await bed.start(bed.projection());
    expect(buckets(one.runner)).toBe(8);
    const two = await bed.start(bed.projection());
    const three = await bed.start(bed.projection());
    await sleep(3_000);
    const shares = [one, two, three].map(({ runner }) => buckets(runner));
    expect(shares.toSorted((a, b) => a - b)).toEqual([2, 3, 3]);
    await two.runner.stop();
    await sleep(2_000);
    expect([one, three].map(({ runner }) => buckets(runner))).toEqual([4, 4]);
    one.store.kill();
    await sleep(5_000);
    expect(buckets(three.runner)).toBe(8);
    expect(three.runner.metrics()[0]?.takenOver).toBe(4);
    await three.runner.stop();
    const [report] = await three.runner.status();
    expect(report).toMatchObject({ owners: {}, unowned: 8, lag: 0 });
  });
});

test('runners of one partition leave the buckets of the others alone', async () => {
  await simulated(async (bed) => {
    const even = await bed.start(bed.projection(), { partition: { key: 0, count: 2 } });
    expect(buckets(even.runner)).toBe(4);
    const odd = await bed.start(bed.projection(), { partition: { key: 1, count: 2 } });
    expect(buckets(odd.runner)).toBe(4);
    await sleep(10_000);
    expect([even, odd].map(({ runner }) => buckets(runner))).toEqual([4, 4]);
  });
});

test('a failing event becomes a dead letter, and its neighbours take effect once', async () => {
  await simulated(async (bed) => {
    const failure = { ...twice, onExhausted: 'dead-letter' as const };
    await bed.append('1', 'a', 'bad', 'b', 'c');
    const { runner } = await bed.start(bed.projection(refusesBad, { failure }));
    await runner.onCaughtUp();
    expect(bed.types()).toEqual(['a', 'b', 'c']);
    const letters = await bed.store.projections.deadLetters('totals');
    expect(letters.map(({ event, attempts }) => [event.type, attempts])).toEqual([['bad', 2]]);
    const outcomes = bed.notices.flatMap((each) =>
      each.type === 'event.failed' ? each.outcome : [],
    );
    expect(outcomes).toEqual(['retried', 'dead-lettered']);

    const stillBad = await retryDeadLetters(bed.store, bed.projection(refusesBad));
    expect([stillBad.resolved, stillBad.failed.length]).toEqual([0, 1]);
    expect(await retryDeadLetters(bed.store, bed.projection())).toEqual({
      resolved: 1,
      failed: [],
    });
    expect(bed.types()).toEqual(['a', 'b', 'c', 'bad']);
    expect(await retryDeadLetters(bed.store, bed.projection())).toEqual({
      resolved: 0,
      failed: [],
    });
  });
});

test('the policy to stop keeps the bucket at the event until it is resumed, and others go on', async () => {
  await simulated(async (bed) => {
    let isMended = false;
    const handle: typeof refusesBad = (events) => {
      if (!isMended) refusesBad(events);
    };
    const failure = { ...twice, onExhausted: 'stop' as const };
    await bed.append('1', 'a', 'bad', 'b');
    const { runner } = await bed.start(bed.projection(handle, { failure }));
    for (let id = 2; id < 20; id += 1) await bed.append(String(id), 'other');
    await sleep(60_000);
    expect(bed.types().filter((type) => type !== 'other')).toEqual(['a']);
    const [report] = await runner.status();
    expect(report?.stuck).toMatchObject([{ state: 'stopped', failure: { attempts: 2 } }]);
    expect(formatStatusTable(await runner.status())).toMatch(
      /^projection +generation .*\ntotals +1 .*\ntotals, bucket \d: event [0-9a-f-]+ at 2 failed 2 times, stopped: Error: refused$/,
    );
    isMended = true;
    expect(await runner.resume('totals')).toBe(1);
    await runner.onCaughtUp();
    expect(differences(committedEvents(bed.database), bed.applied.of('totals 1'))).toEqual([]);
  });
});

test('the attempts at an event go on where a killed runner left them', async () => {
  await simulated(async (bed) => {
    const attempts: number[] = [];
    const failure = {
      maxAttempts: 3,
      backoff: { initialMs: 10_000, maxMs: 10_000, factor: 1, jitter: 'none' },
      onExhausted: 'dead-letter',
    } as const;
    await bed.append('1', 'bad');
    const projection = bed.projection(
      (_events, _tx, { attempt }) => {
        attempts.push(attempt);
        throw new Error('refused');
      },
      { failure },
    );
    const { store } = await bed.start(projection);
    await sleep(1_000);
    store.kill();
    const { runner } = await bed.start(projection);
    await runner.onCaughtUp();
    expect(attempts).toEqual([1, 2, 3]);
  });
});

test('a handler over its time limit is undone, told so, and counted as failed', async () => {
  await simulated(async (bed) => {
    const reasons: unknown[] = [];
    const failure = { ...twice, onExhausted: 'dead-letter' as const };
    await bed.append('1', 'slow', 'a');
    const projection = bed.projection(
      async ([event], _tx, { signal }) => {
        signal.addEventListener('abort', () => reasons.push(signal.reason));
        if (event?.type === 'slow') await sleep(60_000);
      },
      { failure, handlerTimeoutMs: 500 },
    );
    const { runner } = await bed.start(projection);
    await runner.onCaughtUp();
    expect(bed.types()).toEqual(['a']);
    expect(reasons).toHaveLength(3);
    expect(String(reasons[0])).toContain('the handler took longer than 500 ms');
  });
});

test('a slow handler keeps its bucket longer than a lease, as it is renewed', async () => {
  await simulated(async (bed) => {
    await bed.append('1', 'slow');
    const one = await bed.start(bed.projection(() => sleep(20_000)));
    const two = await bed.start(bed.projection(() => sleep(20_000)));
    await two.runner.onCaughtUp();
    expect(bed.types()).toEqual(['slow']);
    expect(bed.notices.filter(({ type }) => type === 'bucket.lost')).toEqual([]);
    await one.runner.stop();
  });
});

test('stop waits for the batch under way, and cuts it short when its time is over', async () => {
  await simulated(async (bed) => {
    const slow = bed.projection(() => sleep(5_000));
    await bed.append('1', 'a');
    const patient = await bed.start(slow);
    await sleep(100);
    await patient.runner.stop();
    expect(bed.types()).toEqual(['a']);
    await bed.append('1', 'b');
    const hasty = await bed.start(slow);
    await sleep(100);
    await hasty.runner.stop({ timeoutMs: 1_000 });
    expect(bed.types()).toEqual(['a']);
    const rest = await bed.start(slow);
    await rest.runner.onCaughtUp();
    expect(bed.types()).toEqual(['a', 'b']);
    const [report] = await rest.runner.status();
    expect([report?.deadLetters, report?.stuck]).toEqual([0, []]);
  });
});

test('an aborted signal stops the runner', async () => {
  await simulated(async (bed) => {
    const controller = new AbortController();
    const { runner } = await bed.start(bed.projection(), { signal: controller.signal });
    controller.abort();
    await runner.stop();
    await bed.append('1', 'a');
    await sleep(60_000);
    expect(bed.types()).toEqual([]);
  });
});

test('a paused projection stands still, and goes on when it is resumed', async () => {
  await simulated(async (bed) => {
    const { runner } = await bed.start(bed.projection());
    runner.pause('totals');
    await bed.append('1', 'a');
    await sleep(60_000);
    expect(bed.types()).toEqual([]);
    await runner.resume('totals');
    await runner.onIdle();
    await sleep(300);
    expect(bed.types()).toEqual(['a']);
    expect(() => runner.pause('other')).toThrow('has no such projection');
  });
});

test('a rebuild fills a second read model beside the live one, and is swapped in', async () => {
  await simulated(async (bed) => {
    await bed.append('1', 'a', 'b');
    const { runner } = await bed.start(bed.projection());
    await runner.onCaughtUp();
    expect(await startRebuild(bed.store, 'totals')).toMatchObject({ generation: 2 });
    await bed.append('2', 'c');
    let switched = 0;
    await swapWhenCaughtUp(bed.store, 'totals', {
      within: (_tx, generation) => Promise.resolve(void (switched = generation)),
    });
    expect(switched).toBe(2);
    expect(bed.types('totals 2').toSorted()).toEqual(['a', 'b', 'c']);
    await runner.refresh();
    await bed.append('1', 'd');
    await runner.onCaughtUp();
    expect(bed.types('totals 2')).toContain('d');
    expect(bed.types('totals 1')).not.toContain('d');
    const reports = await runner.status();
    expect(reports.map(({ generation, state }) => [generation, state])).toEqual([[2, 'live']]);
  });
});

test('the same projection runs inline, inside the append, and undoes it when it fails', async () => {
  await simulated(async (bed) => {
    const remove = bed.store.addInlineProjection(toInlineProjection(bed.projection(refusesBad)));
    await bed.append('1', 'a');
    expect(bed.types()).toEqual(['a']);
    await expect(bed.append('1', 'bad')).rejects.toThrow('refused');
    expect(committedEvents(bed.database)).toHaveLength(1);
    remove();
  });
});

test('an idle runner does little, and a burst of appends sets no timer for each', async () => {
  const { timersFired } = await simulated(async (bed) => {
    const { runner } = await bed.start(bed.projection(), { pollMs: 200 });
    for (let index = 0; index < 1_000; index += 1) await bed.append(String(index), 'a');
    await sleep(60_000);
    expect(bed.types()).toHaveLength(1_000);
    await runner.stop();
  });
  // 300 polls, 60 renewals, and a cleared time limit for each batch.
  expect(timersFired).toBeLessThan(400);
});

test.each([
  [{ name: '$own' }, 'name must not begin with "$"'],
  [{ buckets: 0 }, 'buckets must be a whole number of at least 1, got 0'],
  [{ batchSize: 0 }, 'batchSize must be a whole number of at least 1 and at most 10000, got 0'],
  [{ handlerTimeoutMs: 0.5 }, 'handlerTimeoutMs must be a whole number'],
  [{ failure: { maxAttempts: 0 } }, 'maxAttempts must be a whole number of at least 1, got 0'],
])('a projection with %o is refused by name and value', (options, message) => {
  const define = () => defineProjection({ name: 'totals', handle: () => {}, ...options });
  expect(define).toThrow(RangeError);
  expect(define).toThrow(message);
});

test('a runner without projections, or with one twice, is refused', async () => {
  await simulated(async (bed) => {
    const projection = bed.projection();
    const make = (projections: (typeof projection)[]) => () =>
      createProjectionRunner(bed.store, { projections });
    expect(make([])).toThrow('projections must be at least one, each with a name of its own');
    expect(make([projection, projection])).toThrow('got ["totals"]');
    const options = { projections: [projection], partition: { key: 2, count: 2 } };
    expect(() => createProjectionRunner(bed.store, options)).toThrow('partition.key must be');
  });
});
