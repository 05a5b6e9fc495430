import { expect, test } from 'vitest';
import { simulate } from '../simulation/index.ts';
import { type BreakerChange, createBreakers } from './breakers/breakers.ts';
import { createDeadLetters } from './dead-letters.ts';
import { createRateLimiter } from './rate-limiter.ts';
import { createRetry } from './retry.ts';

const MERCHANTS = ['m1', 'm2', 'm3'] as const;
type Merchant = (typeof MERCHANTS)[number];
const WEBHOOKS = 300;
const SICK_UNTIL_MS = 60_000;

/** Webhooks to three merchants, one of which hangs until a minute has passed; then a replay. */
async function storm(seed: number) {
  return simulate({ seed, start: '2025-11-28T14:00:00Z' }, async () => {
    const changes: BreakerChange<Merchant>[] = [];
    const breakers = createBreakers<Merchant>({
      failureThreshold: { consecutive: 5 },
      halfOpenAfterMs: { initialMs: 10_000, maxMs: 20_000 },
      onChange: (change) => void changes.push(change),
    });
    const retry = createRetry({
      maxAttempts: 3,
      maxRetryAfterMs: 15_000,
      backoff: { initialMs: 1_000, maxMs: 5_000, factor: 2, jitter: 'full' },
    });
    const limiter = createRateLimiter<Merchant>({ ratePerSecond: 5, burst: 10 });
    const letters = createDeadLetters<number, Merchant>({ capacity: WEBHOOKS });
    const delivered: number[] = [];

    const post = async (webhook: number, key: Merchant): Promise<void> => {
      const hangs = key === 'm1' && performance.now() < SICK_UNTIL_MS;
      await new Promise((resolve) => void setTimeout(resolve, hangs ? 5_000 : 80));
      if (hangs) throw new Error('timed out');
      delivered.push(webhook);
    };
    const send = async (webhook: number, key: Merchant): Promise<void> => {
      let attempts = 0;
      try {
        await limiter.take(key, { maxWaitMs: 60_000 });
        await retry.execute(({ attempt }) => {
          attempts = attempt;
          return breakers.execute(key, () => post(webhook, key));
        });
      } catch (error) {
        letters.add({ item: webhook, key, reason: 'failed', error, attempts, atMs: Date.now() });
      }
    };

    const sent: Promise<void>[] = [];
    for (let webhook = 0; webhook < WEBHOOKS; webhook += 1) {
      sent.push(send(webhook, MERCHANTS[webhook % MERCHANTS.length] ?? 'm1'));
      await new Promise((resolve) => void setTimeout(resolve, 100));
    }
    await Promise.all(sent);
    const dead = letters.countByKey();
    await new Promise((resolve) => void setTimeout(resolve, SICK_UNTIL_MS));
    const replay = await letters.replay(({ item, key }) =>
      breakers.execute(key, () => post(item, key)),
    );
    return { changes, dead, delivered, replay, left: letters.size };
  });
}

test('a merchant that hangs loses nothing and costs the others nothing, in virtual time', async () => {
  const { value, virtualMs } = await storm(1);
  expect([...value.dead.keys()]).toEqual(['m1']);
  expect(value.changes.map(({ key }) => key)).not.toContain('m2');
  expect(value.changes[0]).toMatchObject({ key: 'm1', from: 'closed', to: 'open' });
  expect(value.changes.at(-1)).toMatchObject({ key: 'm1', from: 'half-open', to: 'closed' });
  expect(value.replay).toEqual({ replayed: value.dead.get('m1'), failed: 0, remaining: 0 });
  expect(value.delivered.toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: WEBHOOKS }, (_, webhook) => webhook),
  );
  expect(virtualMs).toBeGreaterThan(SICK_UNTIL_MS);
});

test('the same seed gives the same storm, another seed another', async () => {
  const [first, again, other] = [await storm(7), await storm(7), await storm(8)];
  expect(again).toEqual({ ...first, turns: again.turns });
  expect(other.value.delivered).not.toEqual(first.value.delivered);
});
