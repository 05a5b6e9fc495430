import { type Bug, onDatabase } from './plant.ts';

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
