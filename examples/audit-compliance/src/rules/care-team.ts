import { ruleWords } from '@firedrill/core/scenario';
import type { Clinics } from '../types.ts';

const { invariant, only } = ruleWords<Clinics>();

export const careTeamRules = only(({ careTeam }) => careTeam, {
  'care-team-in-time': invariant(
    'who treats a patient of another clinic was referred to, and is not discharged: at that moment, on all processes',
    'untimely access',
    ({ truth }) => truth.careTeams.wrong,
  ),
});
