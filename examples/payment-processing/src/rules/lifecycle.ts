import { ruleWords } from '@firedrill/core/scenario';
import type { Payments } from '../types.ts';

const { invariant, only } = ruleWords<Payments>();

/** From the authorisation to the last day on which the money can go back. */
export const lifecycleRules = only(({ lifecycle }) => lifecycle, {
  'authorisations-end': invariant(
    'every authorisation ends: its money is taken, or it is given back to the card',
    'open authorisation',
    ({ truth }) => truth.gateways.openAuthorizations,
  ),
  'refunds-as-asked': invariant(
    'a refund is paid once, and as much as was asked for',
    'wrong refund',
    ({ truth }) => truth.aftermath.wrongRefunds,
  ),
  'never-paid-back-twice': invariant(
    'what was refunded is not lost to a dispute as well',
    'repeated refund',
    ({ truth }) => truth.aftermath.paidBackTwice,
  ),
});
