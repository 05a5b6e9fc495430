import { simulateSystem } from '@firedrill/core/scenario/testing';
import { test } from 'vitest';
import type { PaymentRequest } from '../src/domain.ts';
import { example } from '../src/example.ts';

/**
 * What a hundred payments cost the processor, all five implementations on the same payments in
 * virtual time: waiting costs nothing here, so the differences are the implementations' own work.
 */
const payments = 100;

const order = (number: number): PaymentRequest => ({
  orderId: `order-${number}`,
  idempotencyKey: `key-${number}`,
  merchantId: `m-${String((number % 500) + 1).padStart(4, '0')}`,
  region: 'us',
  isVip: false,
  amountCents: 12_000,
  cardCountry: 'US',
  email: 'someone@mail.example',
});

test('a hundred payments, all at once, to the last webhook', async ({ bench }) => {
  const [first, ...others] = example.implementations.map(({ name }) =>
    bench(name, async () => {
      await payAtOnce(name);
    }),
  );
  if (first === undefined) throw new Error('There is no implementation to measure.');
  await bench.compare(first, ...others, { iterations: 10, time: 500 });
});

const payAtOnce = (implementation: string): Promise<void> =>
  simulateSystem(
    example,
    { implementation, settings: { merchants: 500 } },
    async ({ truth, system, sleep }) => {
      const answers = Array.from({ length: payments }, (_, number) => {
        const request = order(number);
        truth.orders.place({ request, fraudScore: 0.1, isCardGood: true });
        return system.pay(request);
      });
      await Promise.allSettled(answers);
      await sleep(20_000);
    },
  );
