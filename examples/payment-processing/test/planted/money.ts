import { CallError, ServiceTimeoutError } from '@firedrill/core/services';
import { hardened } from '../../src/implementations/5-hardened.ts';
import { type Bug, crashes, minute, onDatabase, onGateways, week, wired } from './plant.ts';

/** Bugs on the way to the charge. */
export const moneyBugs: readonly Bug[] = [
  onGateways(
    {
      name: 'amount-in-dollars',
      flaw: 'the gateway is given whole dollars, and the cents are lost',
      breaks: [
        'right-charge',
        'true-webhooks',
        'webhooks-accounted',
        'webhooks-arrive',
        'true-receipts',
        'only-genuine-credits',
      ],
    },
    ({ authorize }) => ({
      authorize: (input, options) =>
        authorize({ ...input, amountCents: Math.floor(input.amountCents / 100) * 100 }, options),
    }),
  ),
  {
    name: 'failure-remembered',
    week,
    flaw: 'whoever sends a key again is given what was made of it, be it an error',
    breaks: ['back-and-served', 'paid-in-time', 'authorisation-p99'],
    settings: { returnShare: 1 },
    faults: [{ kind: 'error', service: 'database', fromMs: 10 * minute, toMs: 11 * minute }],
    create: (context) => {
      const system = hardened.create(context);
      const attempts = new Map<string, ReturnType<typeof system.pay>>();
      return {
        ...system,
        pay(request) {
          const attempt = attempts.get(request.orderId) ?? system.pay(request);
          attempts.set(request.orderId, attempt);
          return attempt;
        },
      };
    },
  },
  {
    name: 'unscored-for-good',
    week,
    flaw: 'whom nobody could score is declined for good, and not until somebody can',
    breaks: ['back-and-served'],
    settings: { returnShare: 1 },
    faults: [{ kind: 'error', service: 'fraud', fromMs: 10 * minute, toMs: 11 * minute }],
    create: (context) => {
      const system = hardened.create(context);
      const declined = new Map<string, Awaited<ReturnType<typeof system.pay>>>();
      return {
        ...system,
        async pay(request) {
          const answer = declined.get(request.orderId) ?? (await system.pay(request));
          if (answer.status === 'declined') declined.set(request.orderId, answer);
          return answer;
        },
      };
    },
  },
  wired(
    {
      name: 'one-gateway-for-all',
      flaw: 'the gateways of all regions are given the address of the first',
      breaks: ['authorisation-p99', 'own-gateway'],
    },
    ({ gateways: { us } }) => ({ gateways: { us, eu: us, apac: us } }),
  ),
  {
    name: 'sanctions-skipped',
    week,
    flaw: 'the check of the law is skipped for cards that were checked before',
    breaks: ['no-unlawful-charge'],
    create: (context) => {
      const system = hardened.create(context);
      return {
        ...system,
        pay: (request) => system.pay({ ...request, cardCountry: 'US' }),
      };
    },
  },
  wired(
    {
      name: 'score-as-percentage',
      flaw: 'the score is divided by a hundred before it is compared',
      breaks: ['no-fraud-charged', 'risk-informed'],
    },
    ({ fraud }) => ({
      fraud: {
        score: async (input, options) => {
          const { score } = await fraud.score(input, options);
          return { score: score / 100 };
        },
      },
    }),
  ),
  wired(
    {
      name: 'open-when-unscored',
      flaw: 'who cannot be scored is taken for honest, whatever the amount',
      breaks: ['no-fraud-charged', 'risk-informed'],
      faults: [{ kind: 'error', service: 'fraud', fromMs: 5 * minute, toMs: 15 * minute }],
    },
    ({ fraud }) => ({
      fraud: {
        score: (input, options) =>
          fraud.score(input, options).catch((error: unknown) => {
            if (error instanceof CallError) return { score: 0 };
            throw error;
          }),
      },
    }),
  ),
  wired(
    {
      name: 'last-score-for-the-next',
      flaw: 'who cannot be scored is given the last score that was had, whoever had it',
      breaks: ['true-answers', 'risk-informed'],
      faults: [
        { kind: 'error', service: 'fraud', fromMs: 5 * minute, toMs: 15 * minute, share: 0.3 },
      ],
    },
    ({ fraud }) => {
      let last = { score: 0 };
      return {
        fraud: {
          score: async (input, options) => {
            try {
              last = await fraud.score(input, options);
            } catch (error) {
              if (!(error instanceof CallError)) throw error;
            }
            return last;
          },
        },
      };
    },
  ),
  onGateways(
    {
      name: 'declined-is-unknown',
      flaw: 'the answer that a card was declined is read as that nothing is known of it, and nobody asks again',
      breaks: ['books-agree', 'authorisation-p99', 'paid-in-time'],
      settings: { cardDeclineShare: 0.2 },
      faults: [
        { kind: 'drop-response', service: 'gateway-eu', fromMs: 20 * minute, toMs: 21 * minute },
      ],
    },
    ({ lookup }) => ({
      lookup: async (input, options) => {
        const found = await lookup(input, options);
        return found.status === 'declined' ? { status: 'unknown' } : found;
      },
    }),
  ),
  onGateways(
    {
      name: 'key-dropped-on-retry',
      flaw: 'the key of an authorisation is made anew for each attempt',
      breaks: ['authorisation-p99', 'healthy-merchants', 'no-double-charge'],
      faults: crashes,
    },
    ({ authorize }) => {
      let attempts = 0;
      return {
        authorize(input, options) {
          attempts += 1;
          return authorize(
            { ...input, idempotencyKey: `${input.idempotencyKey}/${attempts}` },
            options,
          );
        },
      };
    },
  ),
  onDatabase(
    {
      name: 'claim-checked-in-memory',
      flaw: 'whether an order is known is looked up in memory, and then it is stored',
      breaks: [
        'true-answers',
        'authorisation-p99',
        'books-agree',
        'healthy-merchants',
        'true-webhooks',
        'true-audit',
      ],
      faults: crashes,
    },
    ({ insertPayment }) => {
      const known = new Map<string, Awaited<ReturnType<typeof insertPayment>>>();
      return {
        async claimPayment(input, options) {
          const { idempotencyKey } = input.request;
          const payment = known.get(idempotencyKey) ?? (await insertPayment(input, options));
          known.set(idempotencyKey, payment);
          return payment;
        },
      };
    },
  ),
  {
    name: 'numbers-begin-anew',
    week,
    flaw: 'payments are numbered from one again after a crash',
    breaks: [
      'receipts-in-the-end',
      'true-answers',
      'authorisation-p99',
      'books-agree',
      'charges-credited',
      'receipts-arrive',
      'true-webhooks',
      'webhooks-accounted',
      'webhooks-arrive',
    ],
    faults: crashes,
    create: (context) => hardened.create({ ...context, process: { ...context.process, start: 1 } }),
  },
  {
    name: 'answer-of-the-one-before',
    week,
    flaw: 'the number of the payment is kept beside the request, and the next customer is told it',
    breaks: ['true-answers'],
    create: (context) => {
      const system = hardened.create(context);
      let last: string | undefined;
      return {
        ...system,
        async pay(request) {
          const answer = await system.pay(request);
          if (answer.status !== 'captured') return answer;
          const told = last ?? answer.paymentId;
          last = answer.paymentId;
          return { ...answer, paymentId: told };
        },
      };
    },
  },
  {
    name: 'failure-is-a-decline',
    week,
    flaw: 'a payment that fails is shown as a card that was declined',
    breaks: ['authorisation-p99', 'books-agree', 'paid-in-time', 'true-answers'],
    faults: [
      {
        kind: 'error',
        service: 'gateway-eu',
        fromMs: 5 * minute,
        toMs: 6 * minute,
      },
    ],
    create(context) {
      const system = hardened.create(context);
      return {
        ...system,
        pay: (request) =>
          system.pay(request).catch((error: unknown) => {
            if (error instanceof CallError) return { status: 'declined', reason: 'card' };
            throw error;
          }),
      };
    },
  },
  onDatabase(
    {
      name: 'decline-not-stored',
      flaw: 'a payment that is declined stays open in the books',
      breaks: ['books-agree'],
    },
    ({ claimPayment, declinePayment }) => {
      const claimed = new Map<string, Awaited<ReturnType<typeof claimPayment>>>();
      return {
        async claimPayment(input, options) {
          const payment = await claimPayment(input, options);
          claimed.set(payment.paymentId, payment);
          return payment;
        },
        async declinePayment(input, options) {
          return claimed.get(input.paymentId) ?? declinePayment(input, options);
        },
      };
    },
  ),
  onGateways(
    {
      name: 'unknown-is-charged',
      flaw: 'a capture that is not answered in time is taken for done',
      breaks: [
        'authorisation-p99',
        'books-agree',
        'paid-in-time',
        'true-answers',
        'true-webhooks',
        'true-audit',
        'true-receipts',
        'only-genuine-credits',
      ],
      faults: [
        {
          kind: 'hang',
          service: 'gateway-apac',
          operation: 'capture',
          fromMs: 5 * minute,
          toMs: 6 * minute,
          share: 0.5,
        },
      ],
    },
    ({ capture }) => ({
      capture: ({ authorizationId }, options) =>
        capture({ authorizationId }, options).catch((error: unknown) => {
          if (error instanceof ServiceTimeoutError) return { chargeId: `for ${authorizationId}` };
          throw error;
        }),
    }),
  ),
  {
    name: 'guest-without-address',
    week,
    flaw: 'every fiftieth order comes without an address, and the code reads one',
    breaks: ['no-defect', 'authorisation-p99'],
    create: (context) => {
      const system = hardened.create(context);
      let calls = 0;
      return {
        ...system,
        pay: async (request) => {
          calls += 1;
          const guest: { readonly email?: string } = calls % 50 === 0 ? {} : request;
          // oxlint-disable-next-line typescript/no-non-null-assertion -- the planted bug
          return system.pay({ ...request, email: guest.email!.toLowerCase() });
        },
      };
    },
  },
  wired(
    {
      name: 'connection-kept',
      flaw: 'a connection whose statement has failed is not given back',
      breaks: ['authorisation-p99', 'nothing-left-behind'],
      faults: [
        {
          kind: 'error',
          service: 'database',
          fromMs: 10 * minute,
          toMs: 11 * minute,
          share: 0.2,
        },
      ],
    },
    ({ connections, database }) => {
      let failed = 0;
      const noting = <Call extends (...args: never[]) => Promise<unknown>>(call: Call): Call =>
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same call, watched
        ((...args: Parameters<Call>) =>
          call(...args).catch((error: unknown) => {
            failed += 1;
            throw error;
          })) as Call;
      return {
        database: { ...database, claimPayment: noting(database.claimPayment) },
        connections: {
          ...connections,
          async acquire() {
            const lease = await connections.acquire();
            return {
              ...lease,
              release() {
                if (failed > 0) failed -= 1;
                else lease.release();
              },
            };
          },
        },
      };
    },
  ),
];
