import {
  formatValue,
  type Judged,
  plural,
  ruleWords,
  type RuleSpec,
} from '@firedrill/core/scenario';
import { basePerSecond } from '../settings.ts';
import { deservesToPay, isSuspected, type Order } from '../truth/orders.ts';
import type { Payments } from '../types.ts';
import { payingNeeds } from '../truth/needs.ts';

const { only } = ruleWords<Payments>();

/** What the platform promises: of those who can pay, all but one in ten thousand do. */
const promised = 0.999_9;

const daysOfBudget = 30;

/** A storm may take so much of a month's budget, for ours is not the only bad day of a month. */
const mostOfMonth = 0.25;

const minute = 60_000;
const hour = 60 * minute;

/** A customer who can pay and could not: whoever's fault it was, as it is the customer's budget. */
const isFailure = (order: Order): boolean =>
  deservesToPay(order) && !isSuspected(order) && order.answer?.status !== 'captured';

/** How many times faster than it may be the budget was spent, in the worst window of this length. */
function worstBurn(orders: readonly Order[], windowMs: number): number {
  let worst = 0;
  let first = 0;
  let failures = 0;
  for (const [at, order] of orders.entries()) {
    if (isFailure(order)) failures += 1;
    while ((orders[first]?.placedAtMs ?? 0) <= order.placedAtMs - windowMs) {
      const left = orders[first];
      if (left !== undefined && isFailure(left)) failures -= 1;
      first += 1;
    }
    worst = Math.max(worst, failures / (at - first + 1) / (1 - promised));
  }
  return worst;
}

/**
 * The budget of a month is what may fail of its payments: (1 - promised) of all of them. The burn rate
 * says how many times faster than that it is spent.
 */
const spent: RuleSpec<Payments, 'objective'> = {
  kind: 'objective',
  title: 'a bad day takes no more than a quarter of the budget of a month: 99.99 % of payments',
  expected: `at most ${formatValue(mostOfMonth, 'ratio')} of the budget of ${daysOfBudget} days`,
  needs: payingNeeds,
  judge({ truth, settings, isJudged }: Judged<Payments>) {
    const orders = [...truth.orders.all()].filter(({ placedAtMs }) => isJudged(placedAtMs));
    const failures = orders.filter(isFailure).length;
    const ofMonth = basePerSecond(settings) * 86_400 * daysOfBudget * (1 - promised);
    const value = failures / ofMonth;
    const burn = (windowMs: number): string => `${worstBurn(orders, windowMs).toFixed(0)} x`;
    return {
      holds: value <= mostOfMonth,
      observed:
        `${formatValue(value, 'ratio')}: ${plural(failures, 'payment')} of ${Math.round(ofMonth)} that may fail in a month; ` +
        `burnt at ${burn(5 * minute)} in the worst 5 min, ${burn(hour)} in the worst hour`,
      value,
      unit: 'ratio',
    };
  },
};

export const budgetRules = only(({ budget }) => budget, { 'error-budget': spent });
