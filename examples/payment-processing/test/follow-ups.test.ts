import { sleep } from '@firedrill/core/resilience';
import { createRandom } from '@firedrill/core/simulation';
import { expect, test } from 'vitest';
import type { CapturedPayment } from '../src/domain.ts';
import { createFollowUps, type FollowUps } from '../src/implementations/hardened/follow-ups.ts';
import { order } from './order.ts';
import { clock, contextOf, inVirtualTime } from './virtual-time.ts';

const second = 1_000;

const payment = (number: number): CapturedPayment => ({
  paymentId: `payment-${number}`,
  capturedAtMs: 0,
  fraudScore: 0.1,
  request: order(number),
});

interface Sent {
  readonly to: string;
  readonly paymentId: string;
  readonly atMs: number;
}

interface Room {
  readonly followUps: FollowUps;
  /** Every call, whatever became of it. */
  readonly sent: readonly Sent[];
  /** What was noted as done. */
  readonly done: readonly string[];
}

/** Followers that take a second for a call; `answers` says what becomes of it. */
async function follow(
  workers: number,
  answers: (call: Sent) => void,
  body: (room: Room) => Promise<void>,
): Promise<Omit<Room, 'followUps'>> {
  const sent: Sent[] = [];
  const done: string[] = [];
  const service = (to: string) => ({
    send: async ({ paymentId }: { readonly paymentId: string }) => {
      const call = { to, paymentId, atMs: clock.elapsedMs() };
      sent.push(call);
      await sleep(second);
      answers(call);
    },
  });
  const context = contextOf({
    settings: { effectWorkers: workers },
    telemetry: { count: () => {}, failed: () => {} },
    random: (name: string) => createRandom(1, name),
    outside: {
      analytics: service('analytics'),
      audit: service('audit'),
      risk: service('risk'),
      notifications: service('receipt'),
    },
  });
  await inVirtualTime(async () => {
    const followUps = createFollowUps(context, {
      add: (paymentId, followUp) => done.push(`${followUp} ${paymentId}`),
      has: () => false,
      flush: async () => {},
    });
    await body({ followUps, sent, done });
  });
  return { sent, done };
}

const allGood = (): void => {};

test('what is owed is sent in the end, also what a full queue has shed', async () => {
  const { sent, done } = await follow(1, allGood, async ({ followUps }) => {
    for (let number = 1; number <= 10; number += 1) {
      followUps.take(payment(number), 'risk');
      followUps.take(payment(number), 'audit');
    }
    await followUps.close(600 * second);
  });
  const numbers = Array.from({ length: 10 }, (_, index) => index + 1);
  const owed = numbers.flatMap((each) => [`audit payment-${each}`, `risk payment-${each}`]);
  expect(done.toSorted()).toEqual(owed.toSorted());
  expect(sent).toHaveLength(20);
});

test('of those who wait, what is vital goes first, and analytics last', async () => {
  const { sent } = await follow(1, allGood, async ({ followUps }) => {
    followUps.take(payment(0), 'receipt');
    await sleep(100);
    for (const lane of ['analytics', 'receipt', 'risk', 'audit'] as const) {
      followUps.take(payment(1), lane);
    }
    await followUps.close(600 * second);
  });
  expect(sent.map(({ to }) => to)).toEqual(['receipt', 'audit', 'risk', 'receipt', 'analytics']);
});

test('what is under way is not taken up again, and what is done may be', async () => {
  const { sent, done } = await follow(4, allGood, async ({ followUps }) => {
    followUps.take(payment(1), 'audit');
    followUps.take(payment(1), 'audit');
    followUps.take(payment(1), 'risk');
    await sleep(3 * second);
    followUps.take(payment(1), 'audit');
    await sleep(3 * second);
  });
  expect(sent.map(({ to }) => to).toSorted()).toEqual(['audit', 'audit', 'risk']);
  expect(done).toHaveLength(3);
});

test('who is away is tried again with pauses that grow to half a minute, and no further', async () => {
  const { sent, done } = await follow(
    4,
    ({ atMs }) => {
      if (atMs < 600 * second) throw new Error('away');
    },
    async ({ followUps }) => {
      followUps.take(payment(1), 'audit');
      await sleep(700 * second);
    },
  );
  const pauses = sent.slice(1).map(({ atMs }, at) => (atMs - (sent[at]?.atMs ?? 0)) / second - 1);
  for (const [at, pause] of pauses.entries()) {
    const most = Math.min(30, 2 ** at);
    expect(pause).toBeGreaterThanOrEqual(most / 2);
    expect(pause).toBeLessThanOrEqual(most);
  }
  expect(pauses.length).toBeGreaterThan(20);
  expect(done).toEqual(['audit payment-1']);
});

test('many who are refused at once do not come back at once', async () => {
  const { sent } = await follow(
    50,
    ({ atMs }) => {
      if (atMs < second) throw new Error('away');
    },
    async ({ followUps }) => {
      for (let number = 0; number < 40; number += 1) followUps.take(payment(number), 'audit');
      await sleep(60 * second);
    },
  );
  const again = sent.filter(({ atMs }) => atMs >= second).map(({ atMs }) => Math.floor(atMs / 50));
  expect(again).toHaveLength(40);
  expect(new Set(again).size).toBeGreaterThanOrEqual(8);
});

test('analytics is told once, whatever becomes of it, and nothing of it is written down', async () => {
  const { sent, done } = await follow(
    4,
    () => {
      throw new Error('away');
    },
    async ({ followUps }) => {
      followUps.take(payment(1), 'analytics');
      await sleep(120 * second);
    },
  );
  expect(sent).toHaveLength(1);
  const well = await follow(4, allGood, async ({ followUps }) => {
    followUps.take(payment(1), 'analytics');
    await sleep(120 * second);
  });
  expect([...done, ...well.done]).toEqual([]);
});

test('who closes waits for what is owed as long as it may, and no longer', async () => {
  const { done } = await follow(4, allGood, async ({ followUps }) => {
    followUps.take(payment(1), 'audit');
    await followUps.close(600 * second);
    expect(clock.elapsedMs()).toBeLessThan(10 * second);
  });
  expect(done).toHaveLength(1);
  await follow(
    4,
    () => {
      throw new Error('away');
    },
    async ({ followUps }) => {
      followUps.take(payment(1), 'audit');
      await followUps.close(60 * second);
      expect(clock.elapsedMs()).toBeGreaterThanOrEqual(60 * second);
      expect(clock.elapsedMs()).toBeLessThan(80 * second);
    },
  );
});
