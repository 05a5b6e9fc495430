import { hardened } from '../../src/implementations/5-hardened.ts';
import { type Bug, week } from './plant.ts';

/** Bugs that are no incident, and take the budget of a month all the same. */
export const budgetBugs: readonly Bug[] = [
  {
    name: 'every-tenth-waits',
    week,
    flaw: 'one order in ten falls on a lock that nobody gives back, and waits',
    breaks: ['authorisation-p99', 'error-budget', 'paid-in-time'],
    settings: { budget: true },
    create(context) {
      const system = hardened.create(context);
      return {
        ...system,
        pay: (request) =>
          request.orderId.endsWith('7') ? new Promise(() => undefined) : system.pay(request),
      };
    },
  },
];
