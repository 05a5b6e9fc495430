import { ruleWords } from '@firedrill/core/scenario';
import { deservesToPay, isSuspected } from '../truth/orders.ts';
import type { Payments } from '../types.ts';
import { payingNeeds, secondGateways } from '../truth/needs.ts';

const { invariant, objective, only, usefulWork } = ruleWords<Payments>();

/** What two acquirers promise that one cannot; see `no-double-charge` for what they must not do. */
export const acquirerRules = only(({ acquirers }) => acquirers, {
  'abandoned-attempts-end': invariant(
    'what one acquirer holds of an order that another has charged is given back',
    'abandoned authorisation',
    ({ truth }) => truth.gateways.openBesideCharge,
  ),
  'paid-through-outage': usefulWork(
    'an acquirer that fails does not keep its region from paying',
    'payment',
    ({ truth, isJudged }) => {
      const due = [...truth.orders.all()].filter(
        (order) => deservesToPay(order) && !isSuspected(order) && isJudged(order.placedAtMs),
      );
      const done = due.filter(({ answer }) => answer?.status === 'captured');
      return { done: done.length, due: due.length };
    },
    // While the second is struck, too, nobody promises anything.
    { atLeast: 0.98, needs: ['fraud', 'vault', ...secondGateways, 'database', 'app'] },
  ),
  'through-outage-p99': objective(
    'who pays while an acquirer fails has an answer long before the page gives up',
    ({ measured }) => measured.timeToPay.worstWindow(99),
    {
      under: 5_000,
      unit: 'ms',
      of: 'at the 99th percentile of the worst five minutes',
      needs: [...payingNeeds, ...secondGateways],
    },
  ),
});
