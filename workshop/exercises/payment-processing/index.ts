import { defineIncident } from '@firedrill/core/workshop';
import { example } from 'payment-processing/src/example.ts';
import type { Payments } from 'payment-processing/src/types.ts';
import {
  customersLost,
  doubleCharge,
  doubleCredit,
  healthyWait,
  leftBehind,
  lostInCrash,
  lostWebhook,
  slowPayments,
  unheard,
} from './hints.ts';

const minute = 60_000;

/** What has nothing to do with the card. */
const beside = ['webhooks', 'analytics', 'audit', 'risk', 'notifications'];
const gateways = ['gateway-us', 'gateway-eu', 'gateway-apac'];

export const incident = defineIncident<Payments>({
  example,
  // Half the payments, of half the merchants, over half the connections.
  settings: { volumeUsdPerDay: 5_000_000, merchants: 2_500, vipMerchants: 25, connections: 25 },
  exercises: [
    {
      name: '1-one-charge',
      title: 'One charge for each order',
      task: 'A customer who presses "pay" again must not pay again.',
      given: ['gateways: the same idempotency key gives the same authorisation again'],
      rules: {
        'no-double-charge': 'no double charge',
        'right-charge': 'the right amount',
      },
      floor: { 'paid-in-time': 0.3 },
      unseen: { services: [...gateways, ...beside] },
      hints: { 'no-double-charge': doubleCharge },
    },
    {
      name: '2-freeze',
      title: 'The platform does not freeze',
      task: 'Merchants that hang must not hold up those who pay.',
      given: ['createHooks: a bounded pool with a queue', 'createCharging: the payment of step 1'],
      rules: {
        'authorisation-p99': 'quick payments',
        'paid-in-time': 'who can pay, pays',
        'no-unhandled-rejection': 'every error is heard',
        'nothing-left-behind': 'nothing left behind',
      },
      floor: { 'paid-in-time': 0.3, 'webhooks-arrive': 0.3, 'receipts-arrive': 0.3 },
      unseen: { services: beside },
      hints: {
        'authorisation-p99': slowPayments,
        'paid-in-time': customersLost,
        'no-unhandled-rejection': unheard,
        'nothing-left-behind': leftBehind,
      },
    },
    {
      name: '3-keep-webhooks',
      title: 'No webhook is lost',
      task: 'Every webhook arrives or is kept, and merchants that are well do not wait for those that hang.',
      given: [
        'createBreakers, createRateLimiter, backoffDelayMs',
        'books.insist: a statement that is repeated until it is done',
        'giveUpFollowUp: a dead letter in the books',
      ],
      rules: {
        'webhooks-accounted': 'no webhook lost',
        'webhooks-arrive': 'webhooks arrive',
        'healthy-merchants': 'merchants that are well do not wait',
        'merchant-rate': 'the contract of the merchants',
      },
      floor: { 'paid-in-time': 0.5, 'webhooks-arrive': 0.3 },
      unseen: { services: beside },
      hints: {
        'webhooks-accounted': lostWebhook,
        'webhooks-arrive': lostWebhook,
        'healthy-merchants': healthyWait,
      },
    },
    {
      name: '4-credit-once',
      title: 'Every charge is credited, once',
      task: 'A merchant gets the money of each charge once, however often the gateway reports it.',
      given: [
        'creditMerchantOnce: a statement that changes nothing the second time',
        'books.insist',
        'uncreditedCharges: what was charged and not credited',
      ],
      rules: {
        'no-double-credit': 'no double credit',
        'charges-credited': 'every charge credited',
      },
      // Of half the payments, hardly one meets a database that fails just then: for a while it does more often.
      faults: [
        {
          kind: 'error',
          service: 'database',
          operation: 'creditMerchant',
          fromMs: 20 * minute,
          toMs: 22 * minute,
          share: 0.1,
        },
      ],
      floor: { 'paid-in-time': 0.5 },
      unseen: { services: ['gateway-callbacks', 'database', ...beside] },
      hints: { 'no-double-credit': doubleCredit, 'charges-credited': doubleCredit },
    },
    {
      name: '5-crash',
      title: 'A crash loses nothing',
      task: 'The process crashes in the middle of the rush; when it is back, everything that was begun gets finished.',
      given: [
        'unfinishedPayments, uncreditedCharges, openFollowUps: what the books say is open',
        'payments.finish, takeUp: finish one of them',
      ],
      rules: {
        'webhooks-accounted': 'no webhook lost',
        'books-agree': 'the books agree',
        'no-money-in-limbo': 'nobody is left in the dark',
        'audit-complete': 'the audit is complete',
        'receipts-arrive': 'receipts arrive',
      },
      faults: [16, 18.5, 20, 21.5, 23].map((at) => ({
        kind: 'crash',
        service: 'app',
        fromMs: at * minute,
        toMs: at * minute + 5_000,
      })),
      floor: { 'paid-in-time': 0.5 },
      unseen: {
        services: ['app', 'database', 'fraud', 'gateway-callbacks', ...gateways, ...beside],
      },
      hints: {
        'webhooks-accounted': lostInCrash,
        'webhooks-arrive': lostInCrash,
        'charges-credited': lostInCrash,
        'books-agree': lostInCrash,
        'no-money-in-limbo': lostInCrash,
        'audit-complete': lostInCrash,
        'receipts-arrive': lostInCrash,
      },
    },
  ],
  next: [
    'examples/payment-processing/README.md: how each week went, with the figures',
    'examples/payment-processing/src/implementations/5-hardened.ts: all steps in one system',
    'pnpm --filter payment-processing start -- --scenario=scale',
  ],
});
