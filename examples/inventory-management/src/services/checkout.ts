import { defineService } from '@firedrill/core/services';
import { z } from 'zod';
import type { Bank } from '../truth/bank.ts';
import type { Carrier } from '../truth/carrier.ts';
import type { Orders } from '../truth/orders.ts';
import { latencies } from './latencies.ts';

/** The services that an order needs besides the stock: bank, carrier and mail. */

export const paymentsService = (bank: Bank) =>
  defineService({
    name: 'payments',
    baseUrl: 'https://payments.example',
    latency: latencies.payments,
    operations: {
      charge: {
        method: 'POST',
        path: '/charges',
        input: z.object({ orderId: z.string(), key: z.string(), amountCents: z.int() }),
        handle: (input) => bank.charge(input),
      },
      refund: {
        method: 'POST',
        path: '/refunds',
        input: z.object({ key: z.string() }),
        handle({ key }) {
          bank.refund(key);
          return { refunded: true };
        },
      },
      find: {
        method: 'POST',
        path: '/lookups',
        input: z.object({ key: z.string() }),
        handle: ({ key }) => bank.find(key),
      },
    },
  });

export const shippingService = (carrier: Carrier) =>
  defineService({
    name: 'shipping',
    baseUrl: 'https://shipping.example',
    latency: latencies.shipping,
    operations: {
      ship: {
        method: 'POST',
        path: '/parcels',
        input: z.object({
          orderId: z.string(),
          key: z.string(),
          productId: z.string(),
          quantity: z.int(),
        }),
        handle(input) {
          carrier.ship(input);
          return { accepted: true };
        },
      },
      recall: {
        method: 'POST',
        path: '/recalls',
        input: z.object({ key: z.string() }),
        handle({ key }) {
          carrier.recall(key);
          return { recalled: true };
        },
      },
      find: {
        method: 'POST',
        path: '/lookups',
        input: z.object({ key: z.string() }),
        handle: ({ key }) => ({ exists: carrier.has(key) }),
      },
    },
  });

export const mailService = (orders: Orders) =>
  defineService({
    name: 'mail',
    baseUrl: 'https://mail.example',
    latency: latencies.mail,
    operations: {
      confirm: {
        method: 'POST',
        path: '/confirmations',
        input: z.object({ orderId: z.string(), key: z.string() }),
        handle({ orderId, key }) {
          orders.mailed(orderId, key);
          return { sent: true };
        },
      },
    },
  });
