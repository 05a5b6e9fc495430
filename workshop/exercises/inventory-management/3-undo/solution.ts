import { withTimeout } from '@firedrill/core/services';
import {
  createShop,
  type CreateSystem,
  hardenedParts,
  type OrderStep,
  type Parts,
} from '#inventory-management';

const paymentTimeoutMs = 1_500;

/**
 * The key is the order's own: what is tried again changes nothing, what became of it can be asked, and
 * whoever undoes the order can name what is to be given back.
 */
const createSteps: Parts['createSteps'] = (context, reservations, patience) => {
  const payments = withTimeout(context.outside.payments, paymentTimeoutMs);

  const pay: OrderStep = {
    name: 'pay',
    async run({ order: { orderId, amountCents } }) {
      const { status } = await patience.certain(
        () => payments.charge({ orderId, key: orderId, amountCents }),
        async () => {
          const known = await payments.find({ key: orderId });
          return known.status === 'unknown' ? undefined : { status: known.status };
        },
      );
      return status === 'charged' ? undefined : 'card';
    },
    async undo({ order: { orderId } }) {
      await patience.persist(() => payments.refund({ key: orderId }));
    },
  };

  return hardenedParts
    .createSteps(context, reservations, patience)
    .map((step) => (step.name === 'pay' ? pay : step));
};

export const create: CreateSystem = (context) =>
  createShop(context, { ...hardenedParts, createSteps });
