import { withTimeout } from '@firedrill/core/services';
import { createShop, type CreateSystem, hardenedParts, type Parts } from '#inventory-management';

/** Three times the 99th percentile. */
const mailTimeoutMs = 600;

/**
 * Sends the confirmation of an order, and does not give up: mail may be away for longer than any number
 * of attempts in a row. The order is done when the mail is out, so a crash in between is taken up.
 */
const createConfirmation: Parts['createConfirmation'] = ({ outside }, patience) => {
  const mail = withTimeout(outside.mail, mailTimeoutMs);
  return async ({ orderId }) => {
    await patience.persist(() => mail.confirm({ orderId, key: orderId }));
  };
};

export const create: CreateSystem = (context) =>
  createShop(context, { ...hardenedParts, createConfirmation });
