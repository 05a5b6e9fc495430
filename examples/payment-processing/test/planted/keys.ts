import { hardened } from '../../src/implementations/5-hardened.ts';
import { type Bug, onDatabase, week } from './plant.ts';

const on = { settings: { keyReuse: true } } as const;

/** Bugs in what an idempotency key is taken for. */
export const keyBugs: readonly Bug[] = [
  onDatabase(
    {
      ...on,
      name: 'key-without-merchant',
      flaw: 'keys of all merchants are looked up in one table, by the key alone',
      breaks: ['no-answer-crosses', 'paid-in-time'],
    },
    ({ claimPayment }) => ({
      claimPayment: (input, options) =>
        claimPayment(
          { ...input, key: { ...input.key, scope: input.request.idempotencyKey } },
          options,
        ),
    }),
  ),
  {
    ...on,
    name: 'body-under-way-not-compared',
    week,
    flaw: 'who sends a key that is under way waits for its answer, whatever is asked for',
    breaks: ['other-body-refused'],
    create(context) {
      const system = hardened.create(context);
      const running = new Map<string, ReturnType<typeof system.pay>>();
      return {
        ...system,
        pay(request) {
          const key = `${request.merchantId} ${request.idempotencyKey}`;
          const answer = running.get(key) ?? system.pay(request).finally(() => running.delete(key));
          running.set(key, answer);
          return answer;
        },
      };
    },
  },
  onDatabase(
    {
      ...on,
      name: 'body-not-compared',
      flaw: 'whoever knows the key is given the answer, whatever is asked for',
      breaks: ['other-body-refused'],
    },
    ({ claimPayment }) => ({
      claimPayment: async (input, options) => {
        const { claimedFor: _, ...payment } = await claimPayment(input, options);
        return payment;
      },
    }),
  ),
  onDatabase(
    {
      ...on,
      name: 'keys-of-an-hour',
      flaw: 'a key is forgotten after an hour, and the merchant counts on a day',
      breaks: ['other-body-refused'],
    },
    ({ claimPayment }) => ({
      claimPayment: (input, options) =>
        claimPayment({ ...input, key: { ...input.key, livesMs: 3_600_000 } }, options),
    }),
  ),
  onDatabase(
    {
      ...on,
      name: 'order-forgotten-with-key',
      flaw: 'when the key has expired, nothing else knows that the order was paid',
      breaks: ['no-double-charge'],
    },
    ({ claimPayment }) => {
      let claims = 0;
      return {
        claimPayment(input, options) {
          claims += 1;
          return claimPayment({ ...input, order: `${input.order} ${claims}` }, options);
        },
      };
    },
  ),
];
