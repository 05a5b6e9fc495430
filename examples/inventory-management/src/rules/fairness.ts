import { ruleWords } from '@firedrill/core/scenario';
import { stockDatabase } from '../domain/replicas.ts';
import type { Inventory } from '../types.ts';

const { invariant, only, usefulWork } = ruleWords<Inventory>();

/** What the page promises when bots come: so many hot units for each account and each address, and no more. */
export const fairnessRules = only(({ bots }) => bots, {
  'limit-is-kept': invariant(
    'nobody holds or has more of a hot product than the page allows: 2 an account, 4 an address',
    'surplus unit',
    ({ truth }) => truth.fairness.unitsOver,
  ),
  'limit-is-the-reason': invariant(
    'who is refused for the limit has reached it',
    'wrong refusal',
    ({ truth }) => truth.fairness.wronglyRefused,
  ),
  'people-get-theirs': usefulWork(
    'of the hot units people get what the limit leaves them: bots have no more than it allows',
    'person',
    (phase) => phase.truth.fairness.people.share(phase),
    { atLeast: 0.98, needs: [...stockDatabase, 'app'] },
  ),
});

/** Where nothing is promised before the checkout. */
export const checkoutRules = only(({ holdAtCheckout }) => holdAtCheckout, {
  'held-from-checkout': invariant(
    'nothing is put aside for a cart that nobody is buying',
    'early hold',
    ({ truth }) => truth.heldTooEarly,
  ),
});
