import { ruleWords } from '@firedrill/core/scenario';
import type { Clinics } from '../types.ts';

const { invariant, only } = ruleWords<Clinics>();

export const outcomeRules = only(({ outcomes }) => outcomes, {
  'outcome-has-consequences': invariant(
    'a review says what it comes to, and whose emergency was none breaks no glass for a while, nobody else, on all processes',
    'wrong consequence',
    ({ truth }) => truth.outcomes.wrong,
  ),
  'patient-told': invariant(
    'a patient hears soon of an access to their record that had no reason, and nobody hears of another',
    'wrong notice',
    ({ truth }) => truth.outcomes.untold(truth.erased),
  ),
});
