import { ruleWords } from '@firedrill/core/scenario';
import type { Clinics } from '../types.ts';

const { invariant, only } = ruleWords<Clinics>();

export const visitRules = only(({ providers }) => providers, {
  'time-of-the-visit': invariant(
    "whoever is told the time of a visit is told what their clinic's clock shows at that instant, with its offset",
    'wrong time',
    ({ truth }) => truth.visits.misTold,
  ),
  'visits-offered': invariant(
    'every half hour on duty that is free can be had, once, and no time that no clock shows, or that it shows twice',
    'wrong offer',
    ({ truth }) => truth.visits.wrong,
  ),
  'provider-seen-by-one': invariant(
    'nobody sees a provider at an instant at which somebody else does, whatever their clocks show',
    'double visit',
    ({ truth }) => truth.visits.twice,
  ),
});
