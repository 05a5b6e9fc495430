import { type DataOf, flowWords, type FlowTypes, PermanentError } from '@firedrill/core/flows';
import { type Client, ServiceError, withTimeout } from '@firedrill/core/services';
import { z } from 'zod';
import { cannotHelp, problemOf } from './order.ts';
import type { OrderServices } from './services.ts';

/*
 * A durable saga: each step is one effect on one service, recognised there by the order, and the last
 * event of every order is order.confirmed, order.undone or order.rejected.
 *
 *   placed > validated > stock.reserved > payment.taken > shipment.booked > confirmed > thanked
 *      |         |             |               |
 *   rejected     +-------------+---------------+---> undoing > undone
 */

const order = z.object({
  orderId: z.string().min(1),
  customer: z.string(),
  card: z.string(),
  items: z.array(z.object({ sku: z.string(), quantity: z.number().int().positive() })).readonly(),
  totalCents: z.number().int().positive(),
});
const failed = z.object({ order, reason: z.string() });

export const events = {
  'order.placed': order,
  'order.rejected': failed,
  'order.validated': order,
  'stock.reserved': order,
  'payment.taken': order,
  'shipment.booked': order,
  'order.confirmed': order,
  'order.undoing': failed,
  'order.undone': failed,
};

export interface Orders extends FlowTypes {
  readonly events: typeof events;
  readonly outside: {
    readonly [Name in keyof OrderServices]: Client<OrderServices[Name]['operations']>;
  };
  /** What a person who asks for an order is told. */
  readonly tables: { readonly orders: { readonly state: OrderState } };
}

export type OrderState = 'accepted' | 'rejected' | 'undoing' | 'undone' | 'confirmed';
type Order = DataOf<Orders, 'order.placed'>;

const { step, defineFlow } = flowWords<Orders>();

const byOrder = { key: ({ orderId }: Order) => orderId };
/** Outages of minutes are waited for; then the order is undone rather than left hanging. */
const patient = {
  maxAttempts: 12,
  backoff: { initialMs: 500, maxMs: 20_000, factor: 2, jitter: 'equal' },
} as const;
/** What was begun has to be undone, however long that takes. */
const stubborn = { ...patient, maxAttempts: Infinity };
/** Half a second after half of the calls failed, nobody queues up behind a service that is down. */
const breaker = {
  failureThreshold: { ratio: 0.5, minimumCalls: 10, windowMs: 10_000 },
  halfOpenAfterMs: { initialMs: 500, maxMs: 8_000 },
} as const;
/** Longer than the slowest ordinary answer of any service, by a factor of four. */
const answerMs = 1_500;

/** A refusal that will be the same tomorrow: no stock, no money. */
const isPermanent = (error: unknown): boolean =>
  error instanceof ServiceError && cannotHelp(error.status);
const undo = (data: Order, { error }: { readonly error: { readonly message: string } }) =>
  ({ event: 'order.undoing', data: { order: data, reason: error.message } }) as const;

export const orders = defineFlow({
  name: 'orders',
  events,
  steps: [
    step('validate', {
      on: 'order.placed',
      idempotent: byOrder,
      run(data, { tables }) {
        const problem = problemOf(data);
        tables.set('orders', data.orderId, {
          state: problem === undefined ? 'accepted' : 'rejected',
        });
        if (problem === undefined) return { event: 'order.validated', data };
        return { event: 'order.rejected', data: { order: data, reason: problem } };
      },
    }),
    step('reserve', {
      on: 'order.validated',
      idempotent: byOrder,
      retry: patient,
      breaker,
      isPermanent,
      async run(data, { outside }) {
        const { orderId, items } = data;
        await withTimeout(outside.stock, answerMs).reserve({ orderId, items });
        return { event: 'stock.reserved', data };
      },
      whenDead: undo,
    }),
    step('pay', {
      on: 'stock.reserved',
      idempotent: byOrder,
      retry: patient,
      breaker,
      isPermanent,
      async run(data, { outside }) {
        const { orderId, card, totalCents } = data;
        // No answer is no "no": the same key again either finds the charge or makes it.
        await withTimeout(outside.payments, answerMs).charge({
          key: orderId,
          card,
          cents: totalCents,
        });
        return { event: 'payment.taken', data };
      },
      whenDead: undo,
    }),
    step('ship', {
      on: 'payment.taken',
      idempotent: byOrder,
      retry: patient,
      breaker,
      isPermanent,
      async run(data, { outside }) {
        await withTimeout(outside.carrier, answerMs).book({ orderId: data.orderId });
        return { event: 'shipment.booked', data };
      },
      whenDead: undo,
    }),
    step('confirm', {
      on: 'shipment.booked',
      idempotent: byOrder,
      retry: stubborn,
      async run(data, { outside, tables }) {
        const { orderId, customer } = data;
        await withTimeout(outside.mail, answerMs).send({
          id: `${orderId}-confirmed`,
          to: customer,
          orderId,
          kind: 'confirmed',
        });
        tables.set('orders', orderId, { state: 'confirmed' });
        return { event: 'order.confirmed', data };
      },
    }),
    step('thank', {
      on: 'order.confirmed',
      idempotent: byOrder,
      // The parcel has arrived by then, in small: five minutes for five days.
      delayMs: 300_000,
      retry: stubborn,
      async run({ orderId, customer }, { outside }) {
        await withTimeout(outside.mail, answerMs).send({
          id: `${orderId}-thanks`,
          to: customer,
          orderId,
          kind: 'thanks',
        });
      },
    }),
    step('undo', {
      on: 'order.undoing',
      idempotent: { key: ({ order: { orderId } }) => orderId },
      retry: stubborn,
      async run(data, { outside, tables }) {
        const { orderId } = data.order;
        tables.set('orders', orderId, { state: 'undone' });
        // In reverse, each for good: what arrives late for a cancelled order is refused.
        await withTimeout(outside.carrier, answerMs).cancel({ orderId });
        await withTimeout(outside.payments, answerMs).cancel({ key: orderId });
        await withTimeout(outside.stock, answerMs).release({ orderId });
        return { event: 'order.undone', data };
      },
    }),
    step('tell', {
      on: 'order.undone',
      idempotent: { key: ({ order: { orderId } }) => orderId },
      retry: stubborn,
      run: (data, { outside }) => sorry(data, outside),
    }),
    step('refuse', {
      on: 'order.rejected',
      idempotent: { key: ({ order: { orderId } }) => orderId },
      retry: stubborn,
      run: (data, { outside }) => sorry(data, outside),
    }),
  ],
});

async function sorry(
  { order: { orderId, customer } }: DataOf<Orders, 'order.undone'>,
  { mail }: Orders['outside'],
): Promise<void> {
  if (customer === '') throw new PermanentError(`There is nobody to tell of ${orderId}.`);
  await withTimeout(mail, answerMs).send({
    id: `${orderId}-undone`,
    to: customer,
    orderId,
    kind: 'undone',
  });
}
