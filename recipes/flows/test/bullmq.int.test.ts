import { startRedis } from '@firedrill/core/flows/testing';
import type { RunRecord } from '@firedrill/core/scenario';
import { isOf } from '@firedrill/core/scenario/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalog } from '../src/catalog.ts';
import { type OwnRun, runOwnEvents, runOwnEventsOnBullmq } from '../src/many/own-events.ts';
import { runOnBullmq } from '../src/many/run-on-bullmq.ts';
import { orderEvent } from './order-event.ts';

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

const seen = ({ taken, repeated, counts, letters }: OwnRun) => ({
  taken,
  repeated,
  counts,
  letters: letters.map(({ id, reason }) => [id, reason]),
});

test('events of one’s own end on BullMQ as they do in memory', async () => {
  const events = [
    orderEvent('a', 'card-1'),
    orderEvent('a', 'card-1'),
    orderEvent('b', 'declined'),
  ];
  const entry = catalog['orders'];
  if (entry === undefined) throw new RangeError('There is no flow orders.');
  const { example } = await entry.load();
  const inMemory = await runOwnEvents(example, events, 1);
  const onBullmq = await runOwnEventsOnBullmq(example, events, {
    name: 'orders',
    workers: 2,
    redisUrl: redis.url,
    seed: 1,
    speed: 40,
    signal: new AbortController().signal,
  });
  expect(seen(onBullmq)).toEqual(seen(inMemory));
});
