import { ruleWords } from '@firedrill/core/scenario';
import type { Payments } from '../types.ts';

const { invariant, only } = ruleWords<Payments>();

/** The acquirers' files beside the books. */
export const settlementRules = only(({ settlement }) => settlement, {
  'breaks-found': invariant(
    'every difference between a file and the books is found, and what kind it is',
    'missed difference',
    ({ truth }) => truth.settlement.unfound,
  ),
  'no-false-breaks': invariant(
    'nothing is taken for a difference that is none',
    'false difference',
    ({ truth }) => truth.settlement.falseBreaks,
  ),
  'paid-out-once': invariant(
    'every charge is paid out once, as the contract says, also when its file came twice or its line late',
    'wrong payout',
    ({ truth }) => truth.settlement.wrongPayouts,
  ),
  'no-aged-breaks': invariant(
    'no difference that has been explained is open for two days',
    'aged difference',
    ({ truth }) => truth.tables.openBreaks,
  ),
});
