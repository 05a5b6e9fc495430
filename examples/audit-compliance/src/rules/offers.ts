import { ruleWords } from '@firedrill/core/scenario';
import type { Clinics } from '../types.ts';

const { invariant, only } = ruleWords<Clinics>();

export const offerRules = only(({ offers }) => offers, {
  'offer-to-one': invariant(
    'a slot is offered to one at a time, and to nobody while somebody has it',
    'rival offer',
    ({ truth }) => truth.offers.rivals(),
  ),
  'booked-when-accepted': invariant(
    'whoever waits has a slot when they accept it in time, and not before or after',
    'wrong booking',
    ({ truth }) => truth.offers.wrong,
  ),
  'waitlist-goes-on': invariant(
    'a slot that is free again goes to whoever is next, at once when it is given back or declined, whoever crashes meanwhile',
    'forgotten slot',
    ({ truth }) => truth.offers.stuck(truth.erased),
  ),
});
