import { defineService } from '@firedrill/core/services';
import { z } from 'zod';
import type { Bank } from '../truth/bank.ts';
import type { Carrier } from '../truth/carrier.ts';
import type { Orders } from '../truth/orders.ts';
import type { Repeats } from '../truth/repeats.ts';
import { latencies } from './latencies.ts';

/** The services that an order needs besides the stock: bank, carrier and mail. */

export const paymentsService = (bank: Bank, repeats: Repeats) =>
  defineService({
    name: 'payments',
    baseUrl: 'https://payments.example',
    latency: latencies.payments,
    onSent: countedBy(repeats, 'payments'),
    operations: {
      charge: {
        method: 'POST',
        path: '/charges',
        input: inputs.charge,
        handle: (input) => bank.charge(input),
      },
      refund: {
        method: 'POST',
        path: '/refunds',
        input: inputs.refund,
        handle({ key }) {
          bank.refund(key);
          return { refunded: true };
        },
      },
      find: {
        method: 'POST',
        path: '/lookups',
        input: inputs.find,
        handle: ({ key }) => bank.find(key),
      },
    },
  });

export const shippingService = (carrier: Carrier, repeats: Repeats) =>
  defineService({
    name: 'shipping',
    baseUrl: 'https://shipping.example',
    latency: latencies.shipping,
    onSent: countedBy(repeats, 'shipping'),
    operations: {
      ship: {
        method: 'POST',
        path: '/parcels',
        input: inputs.ship,
        handle(input) {
          carrier.ship(input);
          return { accepted: true };
        },
      },
      recall: {
        method: 'POST',
        path: '/recalls',
        input: inputs.recall,
        handle({ key }) {
          carrier.recall(key);
          return { recalled: true };
        },
      },
      find: {
        method: 'POST',
        path: '/lookups',
        input: inputs.find,
        handle: ({ key }) => ({ exists: carrier.has(key) }),
      },
    },
  });

export const mailService = (orders: Orders, repeats: Repeats) =>
  defineService({
    name: 'mail',
    baseUrl: 'https://mail.example',
    latency: latencies.mail,
    onSent: countedBy(repeats, 'mail'),
    operations: {
      confirm: {
        method: 'POST',
        path: '/confirmations',
        input: inputs.confirm,
        handle({ orderId, key }) {
          orders.mailed(orderId, key);
          return { sent: true };
        },
      },
      /** Tells somebody that an order waits for units, or that they do not come. */
      notify: {
        method: 'POST',
        path: '/notices',
        input: inputs.notify,
        handle({ orderId, what }) {
          orders.notified(orderId, what);
          return { sent: true };
        },
      },
    },
  });

/** Each of these services is asked for something under a key. */
const countedBy =
  (repeats: Repeats, service: string) =>
  (operation: string, input: unknown): void => {
    const { success, data } = inputs.find.safeParse(input);
    if (success) repeats.sent(service, operation, data.key);
  };

/** What operations take. Made once for all worlds: a new schema is compiled anew, and starts slowly. */
const inputs = {
  charge: z.object({ orderId: z.string(), key: z.string(), amountCents: z.int() }),
  refund: z.object({ key: z.string() }),
  find: z.object({ key: z.string() }),
  ship: z.object({
    orderId: z.string(),
    key: z.string(),
    productId: z.string(),
    quantity: z.int(),
  }),
  recall: z.object({ key: z.string() }),
  confirm: z.object({ orderId: z.string(), key: z.string() }),
  notify: z.object({
    orderId: z.string(),
    key: z.string(),
    what: z.enum(['backordered', 'cancelled']),
  }),
};
