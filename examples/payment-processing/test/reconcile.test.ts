import { sleep } from '@firedrill/core/resilience';
import { ServiceError } from '@firedrill/core/services';
import { describe, expect, test } from 'vitest';
import type { FollowUp, GatewayCallback } from '../src/domain.ts';
import type { Books } from '../src/implementations/hardened/books.ts';
import type { Payments } from '../src/implementations/hardened/payments.ts';
import {
  createReconciliation,
  type Reconciliation,
} from '../src/implementations/hardened/reconcile.ts';
import type { OpenFollowUp, StoredPayment } from '../src/services/database.ts';
import { order } from './order.ts';
import { clock, contextOf, inVirtualTime } from './virtual-time.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** What is open in the books, and to what the platform is in the middle of; a test changes it. */
interface World {
  unfinished: StoredPayment[];
  uncredited: GatewayCallback[];
  open: OpenFollowUp[];
  readonly underWay: Set<string>;
  toGiveBack: number;
  /** Payments of which nothing can be found out. */
  readonly unclear: Set<string>;
  /** When the books were gone through, in ms. */
  readonly rounds: number[];
  readonly finished: {
    readonly paymentId: string;
    readonly atMs: number;
    readonly isAbandoned: boolean;
  }[];
  readonly credited: string[];
  readonly takenUp: string[];
}

const started = (number: number): StoredPayment => ({
  paymentId: `payment-${number}`,
  request: order(number),
  status: 'initiated',
});

const chargeOf = (number: number): GatewayCallback => ({
  chargeId: `charge-${number}`,
  paymentId: `payment-${number}`,
  orderId: `order-${number}`,
  merchantId: 'm-0001',
  amountCents: 12_000,
});

const openOf = (number: number, followUp: FollowUp, isDead: boolean): OpenFollowUp => ({
  payment: { paymentId: `payment-${number}`, request: order(number), capturedAtMs: 0 },
  followUp,
  isDead,
});

/** Goes through books that a test fills. */
async function reconcile(
  body: (reconciliation: Reconciliation, world: World) => Promise<void>,
  settings: { readonly acquirers?: boolean; readonly lifecycle?: boolean } = {},
): Promise<void> {
  const world: World = {
    unfinished: [],
    uncredited: [],
    open: [],
    underWay: new Set(),
    toGiveBack: 0,
    unclear: new Set(),
    rounds: [],
    finished: [],
    credited: [],
    takenUp: [],
  };
  const database = {
    unfinishedPayments: async () => {
      world.rounds.push(clock.elapsedMs());
      await sleep(10);
      return world.unfinished;
    },
    uncreditedCharges: async () => world.uncredited,
    openFollowUps: async () => world.open,
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the statements that are used
  const insist = ((statement) => statement(database as never)) as Books['insist'];
  const payments: Pick<Payments, 'finish' | 'giveBack' | 'isUnderWay'> = {
    giveBack: async () => world.toGiveBack,
    isUnderWay: ({ orderId }) => world.underWay.has(orderId),
    finish: async (paymentId, _request, how) => {
      if (world.unclear.has(paymentId)) throw new ServiceError('gateway', 'lookup', 503, 'gone');
      const isAbandoned = how?.isAbandoned ?? false;
      world.finished.push({ paymentId, atMs: clock.elapsedMs(), isAbandoned });
    },
  };
  await inVirtualTime(async () => {
    const reconciliation = createReconciliation(
      contextOf({ clock, settings, telemetry: { failed: () => {} } }),
      { insist, run: insist },
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is used of them
      payments as Payments,
      async ({ chargeId }) => void world.credited.push(chargeId),
      ({ paymentId }, followUp, isDead) =>
        void world.takenUp.push(`${followUp} of ${paymentId}${isDead ? ', dead' : ''}`),
    );
    await body(reconciliation, world);
    reconciliation.stop();
  });
}

/** How often the books are gone through within the next hour, when a quiet half an hour has passed. */
async function roundsOfAQuietHour({ rounds }: World): Promise<number> {
  await sleep(30 * minute);
  const before = rounds.length;
  await sleep(hour);
  return rounds.length - before;
}

test('everything that is open is done in one round', () =>
  reconcile(async (reconciliation, world) => {
    world.unfinished = [started(1), started(2)];
    world.uncredited = [chargeOf(3)];
    world.open = [openOf(4, 'webhook', true), openOf(5, 'audit', false)];
    expect(await reconciliation.run()).toBe(0);
    expect(world.finished.map(({ paymentId }) => paymentId)).toEqual(['payment-1', 'payment-2']);
    expect(world.credited).toEqual(['charge-3']);
    expect(world.takenUp).toEqual(['webhook of payment-4, dead', 'audit of payment-5']);
  }));

test('what is unclear keeps nothing else from being done, and is counted', () =>
  reconcile(async (reconciliation, world) => {
    world.unfinished = [started(1), started(2), started(3)];
    world.unclear.add('payment-1').add('payment-2');
    world.uncredited = [chargeOf(4)];
    world.open = [openOf(5, 'audit', false)];
    expect(await reconciliation.run()).toBe(2);
    expect(world.finished).toHaveLength(1);
    expect(world.credited).toHaveLength(1);
    expect(world.takenUp).toHaveLength(1);
  }));

test('a payment under way is left alone, and those behind it are not', () =>
  reconcile(async (reconciliation, world) => {
    world.unfinished = [started(1), started(2)];
    world.underWay.add('order-1');
    await reconciliation.run();
    expect(world.finished.map(({ paymentId }) => paymentId)).toEqual(['payment-2']);
  }));

test('two who want it at once have one round', () =>
  reconcile(async (reconciliation, world) => {
    await Promise.all([reconciliation.run(), reconciliation.run()]);
    expect(world.rounds).toHaveLength(1);
    await reconciliation.run();
    expect(world.rounds).toHaveLength(2);
  }));

/** How old the first of two is in each round, and whether it is taken for abandoned. */
async function abandonments(settings: object) {
  const first: { readonly ageMs: number; readonly isAbandoned: boolean }[] = [];
  const other: boolean[] = [];
  await reconcile(async (_, world) => {
    await sleep(5 * minute);
    world.unfinished = [started(1)];
    await sleep(7 * minute);
    world.unfinished = [started(1), started(2)];
    await sleep(14 * minute);
    for (const { paymentId, atMs, isAbandoned } of world.finished) {
      if (paymentId === 'payment-1') first.push({ ageMs: atMs - 5 * minute, isAbandoned });
      else other.push(isAbandoned);
    }
  }, settings);
  return { first, other };
}

describe('a payment is abandoned', () => {
  test('when it has been unfinished for a quarter of an hour, and no other one with it', async () => {
    const { first, other } = await abandonments({ lifecycle: true });
    const early = first.filter(({ ageMs }) => ageMs < 15 * minute);
    const late = first.filter(({ ageMs }) => ageMs > 16 * minute);
    expect(early.filter(({ isAbandoned }) => isAbandoned)).toEqual([]);
    expect(late.length).toBeGreaterThan(0);
    expect(late.filter(({ isAbandoned }) => !isAbandoned)).toEqual([]);
    expect(other).not.toContain(true);
  });

  test('never, where nobody gives anything back', async () => {
    const { first } = await abandonments({});
    expect(first.length).toBeGreaterThan(20);
    expect(first.filter(({ isAbandoned }) => isAbandoned)).toEqual([]);
  });
});

describe('the books are gone through', () => {
  test('every half a minute while payments are made', () =>
    reconcile(async (reconciliation, { rounds }) => {
      for (let number = 0; number < 40; number += 1) {
        reconciliation.expectWork();
        await sleep(5 * minute);
      }
      expect(rounds.length).toBeGreaterThanOrEqual(398);
      expect(rounds.length).toBeLessThanOrEqual(400);
    }));

  test('once an hour after a while without any work', () =>
    reconcile(async (_, world) => {
      expect(await roundsOfAQuietHour(world)).toBe(1);
      expect(await roundsOfAQuietHour(world)).toBeLessThanOrEqual(2);
    }));

  test('within half a minute of the first work after a quiet night', () =>
    reconcile(async (reconciliation, { rounds }) => {
      await sleep(9.4 * hour);
      const before = rounds.length;
      reconciliation.expectWork();
      await sleep(30 * second);
      expect(rounds.length - before).toBe(1);
      await sleep(5 * minute);
      expect(rounds.length - before).toBeGreaterThanOrEqual(10);
    }));

  test('once an hour while nothing is left but dead letters', () =>
    reconcile(async (_, world) => {
      world.open = [openOf(1, 'webhook', true)];
      expect(await roundsOfAQuietHour(world)).toBe(1);
    }));

  const kept: readonly (readonly [string, (world: World) => void])[] = [
    ['a follow-up is open', (world) => (world.open = [openOf(1, 'audit', false)])],
    ['a charge is not credited', (world) => (world.uncredited = [chargeOf(1)])],
    ['something is to be given back', (world) => (world.toGiveBack = 1)],
    [
      'a payment is unclear',
      (world) => {
        world.unfinished = [started(1)];
        world.unclear.add('payment-1');
      },
    ],
  ];

  test.each(kept)('every half a minute as long as %s', (_, fill) =>
    reconcile(
      async (__, world) => {
        fill(world);
        expect(await roundsOfAQuietHour(world)).toBe(120);
      },
      { acquirers: true },
    ),
  );
});
