import { afterAll, beforeAll, expect, test } from 'vitest';
import { engineContract } from '../contract/engine-contract.ts';
import { z } from 'zod';
import { connectBullmq, connectRedis, runOnBullmq } from './index.ts';
import { type OwnRedis, startRedis } from './test-redis.ts';

let redis: OwnRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

let runs = 0;

engineContract({
  async within({ flow, outside, processes = 1, log }, body) {
    runs += 1;
    const options = { outside, redisUrl: redis.url, prefix: `run-${runs}`, ...(log && { log }) };
    const running = [];
    for (let index = 0; index < processes; index += 1) {
      running.push(await runOnBullmq(flow, options));
    }
    try {
      await body(running);
    } finally {
      await Promise.all(running.map((each) => each.stop()));
    }
  },
});

test('what is done is forgotten after its time, so that nothing grows for ever', async () => {
  const { flowWords } = await import('../index.ts');
  const entry = z.object({ id: z.string() });
  const seen: string[] = [];
  const { step, defineFlow } = flowWords<{
    events: { sent: typeof entry };
    outside: object;
    tables: object;
  }>();
  const note = step('note', {
    on: 'sent',
    idempotent: { key: ({ id }) => id },
    run: ({ id }) => {
      seen.push(id);
    },
  });
  const flow = defineFlow({ name: 'forgetful', events: { sent: entry }, steps: [note] });
  const running = await runOnBullmq(flow, { outside: {}, redisUrl: redis.url, rememberMs: 1 });
  try {
    for (const id of ['a', 'b', 'c']) {
      await running.publish('sent', { id }, { id });
      await running.onIdle();
    }
    expect(seen).toEqual(['a', 'b', 'c']);
    const client = await connectRedis(redis.url);
    const kept = await client.zcard('{flows-forgetful}:done');
    client.disconnect();
    expect(kept).toBeLessThanOrEqual(2);
  } finally {
    await running.stop();
  }
});

test('a delivery ends and the next one comes in one round trip', async () => {
  const { flowWords } = await import('../index.ts');
  const entry = z.object({ n: z.number() });
  const { step, defineFlow } = flowWords<{
    events: { sent: typeof entry };
    outside: object;
    tables: object;
  }>();
  const count = 60;
  let left = count;
  const all = Promise.withResolvers<void>();
  const takeOne = step('take-one', {
    on: 'sent',
    idempotent: { byNature: 'it only counts' },
    concurrency: 1,
    run() {
      left -= 1;
      if (left === 0) all.resolve();
    },
  });
  const flow = defineFlow({ name: 'swift', events: { sent: entry }, steps: [takeOne] });
  const sender = await connectBullmq(flow, { redisUrl: redis.url });
  const sending = sender.run({ outside: {}, works: false });
  for (let n = 0; n < count; n += 1) await sending.publish('sent', { n });
  const connection = await connectBullmq(flow, { redisUrl: redis.url });
  const client = await connectRedis(redis.url);
  await client.config('RESETSTAT');
  const working = connection.run({ outside: {} });
  try {
    await all.promise;
    const calls = /cmdstat_evalsha:calls=(\d+)/.exec(await client.info('commandstats'))?.[1];
    // A worker that begins asks for its first job, and for those of the dead.
    expect(Number(calls)).toBeLessThanOrEqual(count + 5);
  } finally {
    await working.stop();
    await sending.stop();
    client.disconnect();
  }
});

test('without Redis there is a sentence, at once', async () => {
  const { flowWords } = await import('../index.ts');
  const flow = flowWords().defineFlow({ name: 'none', events: {}, steps: [] });
  await expect(runOnBullmq(flow, { outside: {}, redisUrl: 'redis://127.0.0.1:1' })).rejects.toThrow(
    /^Failed to reach Redis at redis:\/\/127\.0\.0\.1:1: .*Start one \(redis-server\), or name another in REDIS_URL\.$/,
  );
});
