import { withTimeout } from '@firedrill/core/services';
import {
  createShop,
  type CreateSystem,
  hardenedParts,
  type OrderStep,
  type Parts,
} from '#inventory-management';

const paymentTimeoutMs = 1_500;
const mostAttempts = 3;

/**
 * The step of an order that takes the money. Answers of the bank get lost, and the carrier refuses some
 * parcels: the order then comes to nothing, and each step before is undone, the last one first.
 *
 * Given is `patience`: `certain` asks what became of a call whose answer was lost, `persist` repeats
 * one until it is done. `payments` has `charge`, `find` and `refund`, each by a key.
 */
const createSteps: Parts['createSteps'] = (context, reservations, patience) => {
  const payments = withTimeout(context.outside.payments, paymentTimeoutMs);

  const pay: OrderStep = {
    name: 'pay',
    async run({ order: { orderId, amountCents } }) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          const key = `${orderId}/${attempt}`;
          const { status } = await payments.charge({ orderId, key, amountCents });
          return status === 'charged' ? undefined : 'card';
        } catch (error) {
          if (attempt === mostAttempts) throw error;
        }
      }
    },
  };

  return hardenedParts
    .createSteps(context, reservations, patience)
    .map((step) => (step.name === 'pay' ? pay : step));
};

export const create: CreateSystem = (context) =>
  createShop(context, { ...hardenedParts, createSteps });
