import { ruleWords } from '@firedrill/core/scenario';
import type { Truth } from './services.ts';
import type { Incident } from './types.ts';

const { defineRules, defineSigns, invariant, objective, sign, usefulWork } = ruleWords<Incident>();

/** What has to hold, whatever the storm. */
export const rules = defineRules({
  'paid-once': invariant('nobody pays a cup twice', 'double payment', ({ truth }) =>
    paidAgain(truth),
  ),
  'buyers-served': usefulWork(
    'who comes for tea gets tea',
    'cup',
    (phase) => phase.truth.cups.share(phase),
    { atLeast: 0.999, needs: ['till', 'app'] },
  ),
  quick: objective('tea takes less than a second', ({ measured }) => measured.timeToBuy.p99, {
    under: 1_000,
    unit: 'ms',
  }),
});

/** What the incident looks like: without its cause, it is gone. */
export const signs = defineSigns({
  'paid-again': sign('buyers pay again', ({ truth }) => paidAgain(truth), {
    atLeast: 3,
    unit: 'count',
  }),
});

/** Payments beyond the first of each cup. */
export function paidAgain({ paid }: Truth): number {
  return [...paid.values()].reduce((sum, times) => sum + times - 1, 0);
}
