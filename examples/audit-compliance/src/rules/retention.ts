import { ruleWords } from '@firedrill/core/scenario';
import type { Clinics } from '../types.ts';

const { invariant, only } = ruleWords<Clinics>();

export const retentionRules = only(({ retention }) => retention, {
  'kept-as-long': invariant(
    'nothing is erased that has to be kept or is on hold, and nothing else is refused',
    'wrong decision',
    ({ truth }) => truth.kept.wrong,
  ),
  'erased-when-due': invariant(
    'an erasure that nothing stands against comes, whoever crashes meanwhile',
    'forgotten erasure',
    ({ truth }) => truth.kept.forgotten(),
  ),
});
