import { lazySystems } from '@firedrill/core/scenario';
import { hardened } from './5-hardened.ts';

/** Longer than any customer waits, all attempts together. */
const tooLateMs = 600_000;

/** Systems that do as little as they can get away with. */
export const lazy = lazySystems({
  repaired: hardened,
  refuse: () => ({
    pay: async () => {
      throw new Error('we take no payments today');
    },
    close: async () => {},
  }),
  sayYes: () => ({
    pay: async ({ orderId }) => ({ status: 'captured', paymentId: `payment-of-${orderId}` }),
    close: async () => {},
  }),
  tooLateMs,
  breaks: {
    'refuses-everybody': [
      'paid-in-time',
      'webhooks-arrive',
      'receipts-arrive',
      'analytics-arrive',
      'scores-arrive',
      'authorisation-p99',
      'healthy-merchants',
    ],
    'says-yes': [
      'true-answers',
      'paid-in-time',
      'webhooks-arrive',
      'receipts-arrive',
      'analytics-arrive',
      'scores-arrive',
      'healthy-merchants',
    ],
    'first-hundred': ['paid-in-time', 'authorisation-p99'],
    'too-late': [
      'charges-credited',
      'webhooks-accounted',
      'receipts-in-the-end',

      'paid-in-time',
      'authorisation-p99',
      'no-money-in-limbo',
      'audit-complete',
      'risk-informed',
    ],
    'drops-every-tenth': ['true-answers', 'paid-in-time'],
  },
});
