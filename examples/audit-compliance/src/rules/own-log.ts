import { ruleWords } from '@firedrill/core/scenario';
import type { Clinics } from '../types.ts';

const { invariant, only } = ruleWords<Clinics>();

export const ownLogRules = only(({ ownLog }) => ownLog, {
  'own-log-complete': invariant(
    "a patient is shown every access to their record that was answered before, and nobody else's",
    'wrong line',
    ({ truth }) => truth.ownLogs.wrong,
  ),
});
