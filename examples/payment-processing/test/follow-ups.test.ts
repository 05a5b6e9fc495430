import { sleep } from '@firedrill/core/resilience';
import { createRandom, simulate } from '@firedrill/core/simulation';
import { expect, test } from 'vitest';
import type { CapturedPayment } from '../src/domain.ts';
import { createFollowUps } from '../src/implementations/hardened/follow-ups.ts';
import type { Context } from '../src/system.ts';
import { order } from './order.ts';

const second = 1_000;

const payment = (number: number): CapturedPayment => ({
  paymentId: `payment-${number}`,
  capturedAtMs: 0,
  fraudScore: 0.1,
  request: order(number),
});

test('what is owed is sent in the end, also what a full queue has shed', async () => {
  const sent: string[] = [];
  const slowly = async ({ paymentId }: { readonly paymentId: string }) => {
    await sleep(second);
    sent.push(paymentId);
  };
  const done: string[] = [];
  const context = {
    settings: { effectWorkers: 1 },
    telemetry: { count: () => {}, failed: () => {} },
    random: (name: string) => createRandom(1, name),
    outside: {
      analytics: { send: slowly },
      audit: { send: slowly },
      risk: { send: slowly },
      notifications: { send: slowly },
    },
  };
  await simulate({ seed: 1, start: '2027-11-26T14:00:00.000Z' }, async () => {
    const followUps = createFollowUps(
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the room uses of a context
      context as unknown as Context,
      {
        add: (paymentId, followUp) => done.push(`${followUp} ${paymentId}`),
        has: () => false,
        flush: async () => {},
      },
    );
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
