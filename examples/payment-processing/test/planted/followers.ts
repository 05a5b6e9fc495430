import { CallError, ServiceTimeoutError } from '@firedrill/core/services';
import { sleep } from '@firedrill/core/resilience';
import { type Bug, crashes, minute, onDatabase, wired } from './plant.ts';

/** Bugs in telling merchants, auditors and customers of a charge. */
export const followerBugs: readonly Bug[] = [
  wired(
    {
      name: 'audit-from-two-places',
      flaw: 'the entry is written by who charges, and by who listens for charges as well',
      breaks: ['told-once'],
    },
    ({ audit }) => ({
      audit: {
        async send(entry, options) {
          await audit.send(entry, options);
          return audit.send(entry, options);
        },
      },
    }),
  ),
  wired(
    {
      name: 'large-ones-later',
      flaw: 'the webhook of a large payment is put aside, for the time in which nobody waits for it',
      breaks: ['webhooks-in-order', 'webhooks-tried'],
    },
    ({ webhooks }) => {
      const later: typeof webhooks.deliver = async (...call) => {
        await sleep(1_500);
        for (;;) {
          const answer = await webhooks.deliver(...call).catch(() => undefined);
          if (answer !== undefined) return answer;
          await sleep(20_000);
        }
      };
      return {
        webhooks: {
          async deliver(webhook, options) {
            if (webhook.amountCents < 60_000) return webhooks.deliver(webhook, options);
            void later(webhook, options);
            return { received: true };
          },
        },
      };
    },
  ),
  wired(
    {
      name: 'client-tries-again',
      flaw: 'the client tries three times on its own, at once, and is tried again by whoever uses it',
      breaks: ['webhooks-tried', 'healthy-merchants'],
    },
    ({ webhooks }) => ({
      webhooks: {
        async deliver(webhook, options) {
          for (let attempt = 1; attempt < 3; attempt += 1) {
            const answer = await webhooks.deliver(webhook, options).catch(() => undefined);
            if (answer !== undefined) return answer;
          }
          return webhooks.deliver(webhook, options);
        },
      },
    }),
  ),
  onDatabase(
    {
      name: 'credit-without-cents',
      flaw: 'the credit of a merchant is rounded to whole dollars',
      breaks: ['only-genuine-credits'],
    },
    ({ creditMerchantOnce }) => ({
      creditMerchantOnce: (charge, options) =>
        creditMerchantOnce(
          { ...charge, amountCents: 100 * Math.floor(charge.amountCents / 100) },
          options,
        ),
    }),
  ),
  wired(
    {
      name: 'webhooks-in-copies',
      flaw: 'a loop that was meant for the lines of an order sends each webhook once a line',
      breaks: ['merchant-rate', 'webhooks-tried', 'told-once'],
    },
    ({ webhooks }, { settings }) => ({
      webhooks: {
        deliver: async (webhook, options) => {
          const copies = webhook.merchantId === 'm-0001' ? 4 * settings.webhookRatePerSecond : 0;
          for (let copy = 0; copy < copies; copy += 1)
            void webhooks.deliver(webhook, options).catch(() => {});
          return webhooks.deliver(webhook, options);
        },
      },
    }),
  ),
  wired(
    {
      name: 'replay-without-a-rate',
      flaw: 'when a merchant is back, all of its dead letters are sent to it at once',
      breaks: ['merchant-rate'],
      settings: { webhookRatePerSecond: 2 },
    },
    ({ webhooks, database }, { settings: { webhookTimeoutMs: timeoutMs } }) => {
      type Letters = Map<string, Parameters<typeof webhooks.deliver>>;
      const dead = new Map<string, Letters>();
      const arrived = new Set<string>();
      return {
        database: {
          ...database,
          giveUpFollowUp(input, options) {
            const { paymentId, request } = input.payment;
            const { merchantId, amountCents } = request;
            const { capturedAtMs } = input.payment;
            const webhook = { paymentId, merchantId, amountCents, capturedAtMs };
            const letters: Letters = dead.get(merchantId) ?? new Map();
            dead.set(merchantId, letters.set(paymentId, [webhook, { key: merchantId, timeoutMs }]));
            return database.giveUpFollowUp(input, options);
          },
        },
        webhooks: {
          async deliver(webhook, options) {
            const { paymentId, merchantId } = webhook;
            if (arrived.has(paymentId)) return { received: true };
            const answer = await webhooks.deliver(webhook, options);
            arrived.add(paymentId);
            const letters: Letters = dead.get(merchantId) ?? new Map();
            dead.delete(merchantId);
            for (const [id, call] of letters) {
              if (arrived.has(id)) continue;
              arrived.add(id);
              void webhooks.deliver(...call).catch(() => arrived.delete(id));
            }
            return answer;
          },
        },
      };
    },
  ),
  onDatabase(
    {
      name: 'lane-of-the-vips-lost',
      flaw: 'that a merchant is a VIP is not stored with the payment, and its webhook goes with all others',
      breaks: ['vips-first'],
      settings: { webhookWorkers: 4, hangShare: 0.02, vipMerchants: 2 },
    },
    ({ capturePayment }) => ({
      async capturePayment(input, options) {
        const answer = await capturePayment(input, options);
        const request = { ...answer.payment.request, isVip: false };
        return { ...answer, payment: { ...answer.payment, request } };
      },
    }),
  ),
  wired(
    {
      name: 'tried-again-every-second',
      flaw: 'a webhook that failed is tried again every second',
      breaks: ['webhooks-tried', 'healthy-merchants'],
      settings: { moodyShare: 0.2 },
    },
    ({ webhooks }) => ({
      webhooks: {
        async deliver(webhook, options) {
          for (let attempt = 1; attempt < 3; attempt += 1) {
            const answer = await webhooks.deliver(webhook, options).catch(() => undefined);
            if (answer !== undefined) return answer;
            await sleep(1_000);
          }
          return webhooks.deliver(webhook, options);
        },
      },
    }),
  ),
  wired(
    {
      name: 'silence-is-consent',
      flaw: 'a webhook that is not answered in time is taken for delivered',
      breaks: ['webhooks-accounted', 'webhooks-arrive'],
    },
    ({ webhooks }) => ({
      webhooks: {
        deliver: (webhook, options) =>
          webhooks.deliver(webhook, options).catch((error: unknown) => {
            if (error instanceof ServiceTimeoutError) return { received: true };
            throw error;
          }),
      },
    }),
  ),
  wired(
    {
      name: 'breaker-stays-open',
      flaw: 'a merchant that has failed five times in a row is not called again before the evening',
      breaks: ['webhooks-arrive'],
    },
    ({ webhooks }) => {
      const failures = new Map<string, number>();
      return {
        webhooks: {
          async deliver(webhook, options) {
            const { merchantId } = webhook;
            const inARow = failures.get(merchantId) ?? 0;
            if (inARow >= 5) throw new ServiceTimeoutError('webhooks', 'deliver', 0);
            try {
              const answer = await webhooks.deliver(webhook, options);
              failures.delete(merchantId);
              return answer;
            } catch (error) {
              failures.set(merchantId, inARow + 1);
              throw error;
            }
          },
        },
      };
    },
  ),
  wired(
    {
      name: 'replay-is-an-attempt',
      flaw: 'a dead letter has used up its attempts, and its replay does not send it',
      breaks: ['webhooks-arrive', 'webhooks-tried'],
    },
    ({ webhooks }) => {
      const attempts = new Map<string, number>();
      return {
        webhooks: {
          async deliver(webhook, options) {
            const times = (attempts.get(webhook.paymentId) ?? 0) + 1;
            attempts.set(webhook.paymentId, times);
            if (times > 2) throw new ServiceTimeoutError('webhooks', 'deliver', 0);
            return webhooks.deliver(webhook, options);
          },
        },
      };
    },
  ),
  wired(
    {
      name: 'webhook-of-the-last',
      flaw: 'a retry is filled in from the payment that was looked at last',
      breaks: ['true-webhooks', 'webhooks-accounted', 'webhooks-arrive'],
    },
    ({ webhooks }) => {
      const tried = new Set<string>();
      let last: Parameters<typeof webhooks.deliver>[0] | undefined;
      return {
        webhooks: {
          deliver(webhook, options) {
            const isRetry = tried.has(webhook.paymentId);
            tried.add(webhook.paymentId);
            if (!isRetry) last = webhook;
            const { amountCents } = last ?? webhook;
            return webhooks.deliver(isRetry ? { ...webhook, amountCents } : webhook, options);
          },
        },
      };
    },
  ),
  onDatabase(
    {
      name: 'dead-letter-not-kept',
      flaw: 'a webhook that is given up is crossed out in the books, and kept in memory alone',
      breaks: ['authorisation-p99', 'healthy-merchants', 'webhooks-accounted', 'webhooks-arrive'],
      faults: crashes,
    },
    ({ closeFollowUps }) => ({
      async giveUpFollowUp({ payment: { paymentId }, followUp }, options) {
        await closeFollowUps({ done: [{ paymentId, followUp }] }, options);
        return { ok: true };
      },
    }),
  ),
  onDatabase(
    {
      name: 'follow-ups-in-memory',
      flaw: 'what follows a payment is not written down with it',
      breaks: ['authorisation-p99', 'webhooks-accounted', 'webhooks-arrive', 'told-once'],
      faults: crashes,
    },
    ({ capturePayment }) => ({
      async capturePayment(input, options) {
        const answer = await capturePayment({ ...input, followUps: [] }, options);
        return { ...answer, open: input.followUps };
      },
    }),
  ),
  onDatabase(
    {
      name: 'nobody-takes-up',
      flaw: 'what is open in the books after a crash is left there',
      breaks: ['authorisation-p99', 'webhooks-accounted', 'webhooks-arrive'],
      faults: crashes,
    },
    () => ({ openFollowUps: async () => [] }),
  ),
  onDatabase(
    {
      name: 'credited-for-each-callback',
      flaw: 'a callback that comes twice credits the merchant twice',
      breaks: ['no-double-credit'],
    },
    ({ creditMerchant }) => ({ creditMerchantOnce: creditMerchant }),
  ),
  onDatabase(
    {
      name: 'lost-credit-not-repeated',
      flaw: 'a credit that the database refuses is taken for made, and the list of the missing is not read',
      breaks: ['charges-credited'],
      faults: [
        {
          kind: 'error',
          service: 'database',
          operation: 'creditMerchantOnce',
          fromMs: 10 * minute,
          toMs: 11 * minute,
          share: 0.2,
        },
      ],
    },
    ({ creditMerchantOnce }) => ({
      creditMerchantOnce: (charge, options) =>
        creditMerchantOnce(charge, options).catch((error: unknown) => {
          if (error instanceof CallError) return { isNew: false };
          throw error;
        }),
      uncreditedCharges: async () => [],
    }),
  ),
  wired(
    {
      name: 'audit-at-most-once',
      flaw: 'an entry that the audit refuses is not sent again',
      breaks: ['audit-complete'],
      faults: [
        { kind: 'error', service: 'audit', fromMs: 10 * minute, toMs: 11 * minute, share: 0.3 },
      ],
    },
    ({ audit }) => ({
      audit: {
        send: (entry, options) => audit.send(entry, options).catch(() => ({ accepted: true })),
      },
    }),
  ),
  wired(
    {
      name: 'receipt-key-of-the-attempt',
      flaw: 'the key of a receipt is made anew for each attempt',
      breaks: ['receipts-once'],
      faults: [
        {
          kind: 'drop-response',
          service: 'notifications',
          fromMs: 10 * minute,
          toMs: 11 * minute,
          share: 0.3,
        },
      ],
    },
    ({ notifications }) => {
      let attempts = 0;
      return {
        notifications: {
          send({ idempotencyKey, ...receipt }, options) {
            attempts += 1;
            return notifications.send(
              { ...receipt, idempotencyKey: `${idempotencyKey}/${attempts}` },
              options,
            );
          },
        },
      };
    },
  ),
  wired(
    {
      name: 'audit-of-the-one-before',
      flaw: 'an entry is filled in from the payment before',
      breaks: ['true-audit'],
    },
    ({ audit }) => {
      let before: string | undefined;
      return {
        audit: {
          send({ paymentId, text }, options) {
            const written = before ?? text;
            before = text;
            return audit.send({ paymentId, text: written }, options);
          },
        },
      };
    },
  ),
  wired(
    {
      name: 'risk-hears-nothing',
      flaw: 'the call to the risk desk was taken out for a test, and not put back',
      breaks: ['risk-informed'],
    },
    () => ({ risk: { send: async () => ({ accepted: true }) } }),
  ),
  wired(
    {
      name: 'risk-hears-zero',
      flaw: 'the risk desk is sent the default, not the score',
      breaks: ['risk-informed'],
    },
    ({ risk }) => ({
      risk: { send: (note, options) => risk.send({ ...note, text: 'score 0.000' }, options) },
    }),
  ),
  wired(
    {
      name: 'risk-hears-unknown',
      flaw: 'the score is not handed on to whoever tells the risk desk of it',
      breaks: ['scores-arrive'],
    },
    ({ risk }) => ({
      risk: { send: (note, options) => risk.send({ ...note, text: 'score unknown' }, options) },
    }),
  ),
  wired(
    {
      name: 'receipt-to-the-one-before',
      flaw: 'the address of a receipt is that of the receipt before',
      breaks: ['true-receipts'],
    },
    ({ notifications }) => {
      let before: string | undefined;
      return {
        notifications: {
          send(receipt, options) {
            const to = before ?? receipt.to;
            before = receipt.to;
            return notifications.send({ ...receipt, to }, options);
          },
        },
      };
    },
  ),
  wired(
    {
      name: 'analytics-hears-nothing',
      flaw: 'the event for analytics has a new name, and nobody listens to it',
      breaks: ['analytics-arrive'],
    },
    () => ({ analytics: { send: async () => ({ accepted: true }) } }),
  ),
  wired(
    {
      name: 'busy-is-done',
      flaw: 'a receipt that finds ten others under way is not sent, then or later',
      breaks: ['receipts-in-the-end', 'receipts-arrive'],
    },
    ({ notifications }) => {
      let underWay = 0;
      return {
        notifications: {
          async send(receipt, options) {
            if (underWay >= 10) return { accepted: true };
            underWay += 1;
            try {
              return await notifications.send(receipt, options);
            } finally {
              underWay -= 1;
            }
          },
        },
      };
    },
  ),
];
