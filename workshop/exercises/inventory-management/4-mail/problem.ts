import { withTimeout } from '@firedrill/core/services';
import { createShop, type CreateSystem, hardenedParts, type Parts } from '#inventory-management';

/** Three times the 99th percentile. */
const mailTimeoutMs = 600;

const mostAttempts = 3;

/** Sends the confirmation of an order. Mail is away for a moment now and then: three attempts are plenty. */
const createConfirmation: Parts['createConfirmation'] = ({ outside }, _patience) => {
  const mail = withTimeout(outside.mail, mailTimeoutMs);
  return async ({ orderId }) => {
    for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
      try {
        await mail.confirm({ orderId, key: orderId });
        return;
      } catch {
        // The next attempt may do it.
      }
    }
  };
};

export const create: CreateSystem = (context) =>
  createShop(context, { ...hardenedParts, createConfirmation });
