import { afterAll, beforeAll, expect, test } from 'vitest';
import { engineContract } from '../contract/engine-contract.ts';
import { z } from 'zod';
import { connectRedis, runOnBullmq } from './index.ts';
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

test('without Redis there is a sentence, at once', async () => {
  const { flowWords } = await import('../index.ts');
  const flow = flowWords().defineFlow({ name: 'none', events: {}, steps: [] });
  await expect(runOnBullmq(flow, { outside: {}, redisUrl: 'redis://127.0.0.1:1' })).rejects.toThrow(
    /^Failed to reach Redis at redis:\/\/127\.0\.0\.1:1: .*Start one \(redis-server\), or name another in REDIS_URL\.$/,
  );
});
