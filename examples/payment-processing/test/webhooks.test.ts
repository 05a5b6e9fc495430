import { sleep } from '@firedrill/core/resilience';
import { createRandom } from '@firedrill/core/simulation';
import { ServiceError } from '@firedrill/core/services';
import { describe, expect, test } from 'vitest';
import type { CapturedPayment, Webhook } from '../src/domain.ts';
import type { Books } from '../src/implementations/hardened/books.ts';
import {
  createWebhookDelivery,
  type WebhookDelivery,
} from '../src/implementations/hardened/webhooks.ts';
import { order } from './order.ts';
import { clock, contextOf, inVirtualTime } from './virtual-time.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

interface Call {
  readonly paymentId: string;
  readonly merchantId: string;
  readonly atMs: number;
}

interface Room {
  readonly delivery: WebhookDelivery;
  /** Every call of a merchant, whatever became of it. */
  readonly calls: readonly Call[];
  readonly arrived: readonly Call[];
  /** Payments whose webhook was given up, as the books were told. */
  readonly givenUp: readonly string[];
  /** Hands over the webhook of a payment that is captured now. */
  readonly take: (number: number, who?: Who) => void;
}

interface Who {
  readonly merchantId?: string;
  readonly isVip?: boolean;
  readonly isDead?: boolean;
}

const wellTakesMs = 100;

/** Merchants of whom a test says who is away: a call to those fails after `failsAfterMs`. */
async function deliver(
  {
    isAway,
    failsAfterMs = 50,
    ...changes
  }: {
    readonly isAway: (merchantId: string) => boolean;
    readonly failsAfterMs?: number;
    readonly webhookWorkers?: number;
    readonly webhookAttempts?: number;
    readonly webhookRatePerSecond?: number;
  },
  body: (room: Room) => Promise<void>,
): Promise<void> {
  const calls: Call[] = [];
  const arrived: Call[] = [];
  const givenUp: string[] = [];
  const webhooks = {
    deliver: async ({ paymentId, merchantId }: Webhook) => {
      calls.push({ paymentId, merchantId, atMs: clock.elapsedMs() });
      if (isAway(merchantId)) {
        await sleep(failsAfterMs);
        throw new ServiceError('webhooks', 'deliver', 503, 'away');
      }
      await sleep(wellTakesMs);
      arrived.push({ paymentId, merchantId, atMs: clock.elapsedMs() });
      return { received: true };
    },
  };
  const database = {
    giveUpFollowUp: async ({ payment }: { readonly payment: CapturedPayment }) =>
      void givenUp.push(payment.paymentId),
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one statement that is used
  const insist = ((statement) => statement(database as never)) as Books['insist'];
  await inVirtualTime(async () => {
    const context = contextOf({
      clock,
      settings: {
        webhookTimeoutMs: 5_000,
        webhookWorkers: 8,
        webhookAttempts: 6,
        webhookRatePerSecond: 20,
        merchants: 100,
        ...changes,
      },
      telemetry: { count: () => {}, failed: () => {}, note: () => {} },
      random: (name: string) => createRandom(1, name),
      outside: { webhooks, merchants: { byId: () => undefined } },
    });
    const doneList = { add: () => {}, has: () => false, flush: async () => {} };
    const delivery = createWebhookDelivery(context, { insist, run: insist }, doneList);
    const take: Room['take'] = (
      number,
      { isDead = false, merchantId = 'm-1', isVip = false } = {},
    ) =>
      delivery.take(
        {
          paymentId: `${number}`,
          capturedAtMs: clock.elapsedMs(),
          request: order(number, { merchantId, isVip }),
        },
        isDead,
      );
    await body({ delivery, calls, arrived, givenUp, take });
  });
}

const allWell = { isAway: () => false };

/** Everybody is away until then. */
const awayUntil = (untilMs: number) => ({ isAway: () => clock.elapsedMs() < untilMs });

const idsOf = (calls: readonly Call[]): readonly string[] =>
  calls.map(({ paymentId }) => paymentId);

test('a merchant hears of its payments one after the other, and in their order', () =>
  deliver(allWell, async ({ take, calls, arrived }) => {
    for (let number = 0; number < 20; number += 1) take(number);
    for (let number = 20; number < 24; number += 1) take(number, { merchantId: 'm-2' });
    await sleep(minute);
    const own = arrived.filter(({ merchantId }) => merchantId === 'm-1');
    expect(idsOf(own)).toEqual(Array.from({ length: 20 }, (_, at) => `${at}`));
    const begun = calls.filter(({ merchantId }) => merchantId === 'm-1');
    for (const [at, { atMs }] of begun.slice(1).entries()) {
      expect(atMs).toBeGreaterThanOrEqual((begun[at]?.atMs ?? 0) + wellTakesMs);
    }
    // The other one does not wait for it.
    const other = arrived.filter(({ merchantId }) => merchantId === 'm-2');
    expect(other.at(-1)?.atMs).toBeLessThan(second);
  }));

test('what is under way, or a dead letter, is not taken a second time; what has arrived may be', () =>
  deliver(awayUntil(20 * second), async ({ take, arrived, delivery }) => {
    take(1);
    take(1);
    take(2, { merchantId: 'm-2', isDead: true });
    take(2, { merchantId: 'm-2', isDead: true });
    take(2, { merchantId: 'm-2' });
    expect(delivery.pending).toBe(1);
    await sleep(2 * minute);
    expect(idsOf(arrived).toSorted()).toEqual(['1', '2']);
    expect(delivery.pending).toBe(0);
    take(1);
    await sleep(second);
    expect(arrived).toHaveLength(3);
  }));

describe('a webhook that fails', () => {
  test('is tried again after one second, two and more, and given up after so many attempts, once', () =>
    deliver(
      { isAway: (merchantId) => merchantId !== 'm-9', webhookAttempts: 3 },
      async ({ take, calls, givenUp, delivery }) => {
        take(1);
        await sleep(5 * second);
        expect(delivery.pending).toBe(0);
        expect(givenUp).toEqual(['1']);
        expect(calls).toHaveLength(3);
        const [first = 0, then = 0, last = 0] = calls.map(({ atMs }) => atMs);
        expect(then - first - 50).toBeGreaterThanOrEqual(second / 2);
        expect(then - first - 50).toBeLessThanOrEqual(second);
        expect(last - then - 50).toBeGreaterThanOrEqual(second);
        expect(last - then - 50).toBeLessThanOrEqual(2 * second);
      },
    ));

  test('does not come back at the instant at which others do', () =>
    deliver(
      { isAway: () => clock.elapsedMs() < 200, webhookWorkers: 60 },
      async ({ take, calls }) => {
        for (let number = 0; number < 40; number += 1) take(number, { merchantId: `m-${number}` });
        await sleep(minute);
        const again = calls.slice(40).map(({ atMs }) => Math.floor(atMs / 50));
        expect(again).toHaveLength(40);
        expect(new Set(again).size).toBeGreaterThanOrEqual(8);
      },
    ));

  test('keeps no other merchant from hearing', () =>
    deliver(
      { isAway: (merchantId) => merchantId === 'm-1', failsAfterMs: 5 * second },
      async ({ take, arrived }) => {
        for (let number = 0; number < 200; number += 1) {
          take(2 * number);
          take(2 * number + 1, { merchantId: 'm-2' });
          await sleep(200);
        }
        await sleep(5 * second);
        expect(arrived).toHaveLength(200);
      },
    ));
});

describe('a merchant that is away', () => {
  test('is asked a few times a minute, however much there is for it', () =>
    deliver(awayUntil(Infinity), async ({ take, calls }) => {
      for (let number = 0; number < 600; number += 1) {
        take(number);
        await sleep(second);
      }
      expect(calls.length).toBeLessThan(80);
      expect(calls.length).toBeGreaterThan(10);
    }));

  test('has all of it within a minute of its return, while nothing of it was given up', () =>
    deliver(awayUntil(30 * second), async ({ take, arrived, givenUp }) => {
      for (let number = 0; number < 60; number += 1) {
        take(number);
        await sleep(second / 4);
      }
      await sleep(75 * second);
      expect(arrived).toHaveLength(60);
      expect(givenUp).toEqual([]);
    }));

  test('has each webhook that waits for two minutes kept as a dead letter, and no sooner', () =>
    deliver(awayUntil(Infinity), async ({ take, givenUp, delivery }) => {
      for (let number = 0; number < 30; number += 1) take(number);
      await sleep(100 * second);
      expect(givenUp.length).toBeLessThan(10);
      await sleep(80 * second);
      expect(givenUp.toSorted()).toEqual(Array.from({ length: 30 }, (_, at) => `${at}`).toSorted());
      expect(delivery.pending).toBe(0);
    }));

  test('has its dead letters within a minute of its return after ten minutes', () =>
    deliver(awayUntil(10 * minute), async ({ take, arrived }) => {
      for (let number = 0; number < 30; number += 1) take(number);
      await sleep(11 * minute);
      expect(arrived).toHaveLength(30);
    }));

  test.each([1, 12, 48])(
    'is asked less and less when it is away for %i hours, and has its dead letters a fifth later at the most',
    (hours) =>
      deliver(awayUntil(hours * hour), async ({ take, calls, arrived }) => {
        for (let number = 0; number < 10; number += 1) take(number);
        await sleep(hours * hour);
        expect(calls.length).toBeLessThan(250);
        await sleep((hours * hour) / 5);
        expect(arrived).toHaveLength(10);
        const before = calls.length;
        await sleep(10 * hour);
        expect(calls).toHaveLength(before);
      }),
  );

  test('has its dead letters within a minute, when another one has come back just before', () => {
    const away = new Set(['m-1', 'm-2']);
    return deliver({ isAway: (merchantId) => away.has(merchantId) }, async ({ take, arrived }) => {
      for (const merchantId of away) take(Number(merchantId.slice(2)), { merchantId });
      await sleep(10 * hour);
      away.delete('m-1');
      while (arrived.length === 0) await sleep(second);
      away.delete('m-2');
      await sleep(minute);
      expect(idsOf(arrived)).toEqual(['1', '2']);
    });
  });

  test('costs no other merchant its quick replay', () => {
    let isBack = false;
    return deliver(
      { isAway: (merchantId) => merchantId === 'm-1' || !isBack },
      async ({ take, arrived }) => {
        take(1);
        await sleep(10 * hour);
        take(2, { merchantId: 'm-2', isDead: true });
        await sleep(minute);
        isBack = true;
        await sleep(minute);
        expect(idsOf(arrived)).toEqual(['2']);
      },
    );
  });
});

test('dead letters that were kept over a crash are replayed, not tried at once', () =>
  deliver(allWell, async ({ take, calls, arrived, givenUp, delivery }) => {
    for (let number = 0; number < 5; number += 1) take(number, { isDead: true });
    expect(delivery.pending).toBe(0);
    await sleep(9 * second);
    expect(calls).toEqual([]);
    await sleep(3 * second);
    expect(arrived).toHaveLength(5);
    expect(new Set(givenUp).size).toBe(5);
  }));

test('nobody is sent more than the burst and the rate, also from the replay', () =>
  deliver({ ...allWell, webhookRatePerSecond: 2 }, async ({ take, calls }) => {
    for (let number = 0; number < 20; number += 1) take(number);
    for (let number = 20; number < 40; number += 1) take(number, { isDead: true });
    await sleep(minute);
    expect(calls).toHaveLength(40);
    for (const { atMs } of calls) {
      const within = calls.filter((each) => each.atMs >= atMs && each.atMs < atMs + second);
      expect(within.length).toBeLessThanOrEqual(6);
    }
    // And no less: 4 at once, and two a second after that.
    expect(calls.at(-1)?.atMs).toBeLessThan(22 * second);
  }));

describe('where all workers are busy with merchants that hang', () => {
  const hanging = {
    isAway: (merchantId: string) => merchantId.startsWith('hangs'),
    failsAfterMs: 5 * second,
  };

  test('a VIP hears at once', () =>
    deliver(hanging, async ({ take, arrived }) => {
      for (let number = 0; number < 60; number += 1)
        take(number, { merchantId: `hangs-${number}` });
      await sleep(100);
      take(100, { merchantId: 'vip', isVip: true });
      await sleep(second);
      expect(idsOf(arrived)).toEqual(['100']);
    }));

  test('what is tried again takes no worker of what is tried for the first time', () =>
    deliver(hanging, async ({ take, arrived }) => {
      for (let number = 0; number < 6; number += 1) take(number, { merchantId: `hangs-${number}` });
      // All of them fail, and are tried again about a second later.
      await sleep(7 * second);
      for (let number = 100; number < 108; number += 1) take(number, { merchantId: `m-${number}` });
      await sleep(second);
      expect(arrived).toHaveLength(8);
    }));
});

describe('who closes', () => {
  test('waits for what is under way, and for dead letters of those who come back', () =>
    deliver(awayUntil(4 * minute), async ({ take, arrived, delivery }) => {
      for (let number = 0; number < 5; number += 1) take(number);
      await delivery.close();
      expect(arrived).toHaveLength(5);
      expect(clock.elapsedMs()).toBeLessThan(6 * minute);
    }));

  test('sends dead letters that have waited for hours, when their merchants are back', () =>
    deliver(awayUntil(10 * hour), async ({ take, arrived, delivery }) => {
      for (let number = 0; number < 5; number += 1) take(number);
      await sleep(10 * hour);
      expect(arrived).toEqual([]);
      await delivery.close();
      expect(arrived).toHaveLength(5);
    }));

  test('leaves dead letters of those who stay away, after a few minutes', () =>
    deliver(awayUntil(Infinity), async ({ take, givenUp, calls, delivery }) => {
      take(1);
      await delivery.close();
      expect(givenUp).toEqual(['1']);
      expect(clock.elapsedMs()).toBeLessThan(10 * minute);
      const before = calls.length;
      await sleep(hour);
      expect(calls).toHaveLength(before);
    }));
});
