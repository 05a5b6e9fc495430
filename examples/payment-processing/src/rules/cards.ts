import { ruleWords } from '@firedrill/core/scenario';
import type { Payments } from '../types.ts';

const { invariant, only } = ruleWords<Payments>();

export const cardRules = only(({ cards }) => cards, {
  'no-card-data': invariant(
    'no card number and no security code is anywhere but in the vault',
    'leak',
    ({ truth }) => truth.taint.seen,
  ),
});
