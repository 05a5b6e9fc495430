import { ruleWords } from '@firedrill/core/scenario';
import type { Payments } from '../types.ts';

const { invariant, only } = ruleWords<Payments>();

/** What an idempotency key promises, and to whom. */
export const keyRules = only(({ keyReuse }) => keyReuse, {
  'no-answer-crosses': invariant(
    "a merchant's key is its own: no answer is another's",
    'crossed answer',
    ({ truth }) => truth.keys.crossed,
  ),
  'other-body-refused': invariant(
    'the same key with another body is refused, and takes no effect',
    'unrefused reuse',
    ({ truth }) => truth.keys.taken,
  ),
});
