import { ruleWords } from '@firedrill/core/scenario';
import type { Inventory } from '../types.ts';

const { invariant, only } = ruleWords<Inventory>();

/** What keeps a shop honest whose books are wrong, or that keeps the last units for the counter; see `never-oversold` for what must not come of it. */
export const miscountRules = only(({ miscounts, bufferUnits }) => miscounts || bufferUnits > 0, {
  'last-units-are-kept': invariant(
    'the last units of a product are not sold online: the shelf may not have them',
    'kept unit',
    ({ truth }) => truth.miscounts.soldOfKept,
  ),
});
