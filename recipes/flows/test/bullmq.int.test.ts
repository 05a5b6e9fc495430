import { startRedis } from '@firedrill/core/flows/testing';
import type { RunRecord } from '@firedrill/core/scenario';
import { isOf } from '@firedrill/core/scenario/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalog } from '../src/catalog.ts';
import { runOnBullmq } from '../src/many/run-on-bullmq.ts';

let redis: Awaited<ReturnType<typeof startRedis>>;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

const flows = Object.entries(catalog);
const everywhere = flows.filter(([, { engines }]) => engines === undefined);

test('at most three flows run on the memory engine alone, and say why', () => {
  const others = flows.flatMap(([, { engines }]) => (engines === undefined ? [] : [engines.why]));
  expect(others.length).toBeLessThanOrEqual(3);
  for (const why of others) expect(why).not.toBe('');
});

describe('an ordinary day on BullMQ, with four processes', () => {
  test.each(everywhere)('%s keeps every rule', async (name, { load, day }) => {
    const { example } = await load();
    const records: RunRecord[] = [];
    const { isAsDeclared } = await runOnBullmq(
      example,
      { name, workers: 4, redisUrl: redis.url, seed: 1, speed: 40, ...day, replay: '' },
      (record) => records.push(record),
    );
    const broken = records
      .filter(isOf('check'))
      .filter(({ ok }) => !ok)
      .map(({ name: rule, observed }) => `${rule}: ${observed}`);
    expect(broken).toEqual([]);
    expect(isAsDeclared).toBe(true);
  });
});
