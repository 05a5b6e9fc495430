import { hardened } from '../../src/implementations/5-hardened.ts';
import { type Bug, week } from './plant.ts';

const on = { settings: { cards: true } } as const;

/** Bugs by which a card number gets about. */
export const cardBugs: readonly Bug[] = [
  {
    ...on,
    name: 'request-in-the-message',
    week,
    flaw: 'an error tells of the request that it happened to, all of it',
    breaks: ['authorisation-p99', 'no-card-data'],
    create(context) {
      const system = hardened.create(context);
      let calls = 0;
      return {
        ...system,
        pay: async (request) => {
          calls += 1;
          if (calls % 40 === 0) throw new Error(`Failed to pay: ${JSON.stringify(request)}.`);
          return system.pay(request);
        },
      };
    },
  },
  {
    ...on,
    name: 'card-in-the-address',
    week,
    flaw: 'the receipt is filed under the number of the card',
    breaks: ['no-card-data', 'true-receipts'],
    create(context) {
      const system = hardened.create(context);
      return {
        ...system,
        pay: (request) =>
          system.pay({ ...request, email: `${request.card?.pan ?? ''}.${request.email}` }),
      };
    },
  },
];
