import type { DefinedExample } from '@firedrill/core/scenario';
import { describe } from 'vitest';
import { example } from '../src/orders/example.ts';
import { flowContract, plantedIn } from './flow-contract.ts';

type Orders = typeof example extends DefinedExample<infer E> ? E : never;
const flow = plantedIn<Orders>(example);

describe('orders', () => {
  flowContract(example, {
    planted: [
      flow('promises-early', ['confirmed-is-whole'], (system, { outside }) => ({
        ...system,
        async place(order) {
          const { orderId, customer: to } = order;
          const mail = { id: `${orderId}-confirmed`, to, orderId, kind: 'confirmed' } as const;
          // Before anybody knows whether it can be kept.
          if (order.card !== 'declined') await system.place(order);
          else await outside.mail.send(mail, { timeoutMs: 1_500 });
        },
      })),
      flow('keeps-waiting', ['accepted-soon'], (system) => ({
        ...system,
        async place(order) {
          await new Promise((resolve) => setTimeout(resolve, 1_000));
          await system.place(order);
        },
      })),
    ],
  });
});
