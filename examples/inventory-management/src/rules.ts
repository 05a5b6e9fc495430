import { formatValue, plural, ruleWords } from '@firedrill/core/scenario';
import { stockDatabase } from './domain/replicas.ts';
import { answeredRatio, inVainRatio } from './figures.ts';
import { backorderRules } from './rules/backorders.ts';
import { checkoutRules, fairnessRules } from './rules/fairness.ts';
import { miscountRules } from './rules/miscounts.ts';
import { replicaRules } from './rules/replicas.ts';
import { reshardingRules } from './rules/resharding.ts';
import { rowLockRules } from './rules/row-locks.ts';
import type { Inventory } from './types.ts';

const {
  defineRules,
  invariant,
  noDefect,
  noUnhandledRejection,
  nothingLeftBehind,
  objective,
  usefulWork,
} = ruleWords<Inventory>();

/** Without which no cart is filled, and no order is served: whose row has moved asks the map where it is. */
const forFilling = [...stockDatabase, 'stock-map', 'app'];
const forBuying = [...forFilling, 'sagas', 'payments', 'shipping'];

const usd = (cents: number): string => formatValue(cents / 100, 'usd');

/** What must be true of a shop, whoever builds it. */
export const rules = defineRules({
  'carts-filled': usefulWork(
    'who wants what is there, gets it into the cart',
    'cart',
    (phase) => phase.truth.wishes.carts.share(phase),
    { atLeast: 0.995, needs: forFilling },
  ),
  'orders-served': usefulWork(
    'who has filled a cart and can pay, gets the goods',
    'order',
    ({ truth, isJudged }) => truth.ordersServed(isJudged),
    { atLeast: 0.985, needs: forBuying },
  ),
  'never-oversold': invariant(
    'no unit is sold that does not exist',
    'oversold unit',
    ({ truth }) => truth.carrier.oversoldUnits,
  ),
  'stock-conserved': invariant(
    'available, held and sold units add up at every instant',
    'unaccounted unit',
    ({ truth }) => truth.stock.totals.unitsOff,
  ),
  'shelf-agrees': invariant(
    'in the end what is for sale is what lies on the shelf',
    'wrong product',
    ({ truth }) => {
      const { products, units } = truth.shelfDifference();
      return { count: products, detail: products === 0 ? undefined : plural(units, 'unit') };
    },
  ),
  'nothing-locked-away': objective(
    'units that nobody has a claim to are for sale',
    ({ measured }) => measured.lockedAway.peak,
    {
      atMost: 0,
      unit: 'count',
      of: 'units at once',
      needs: forBuying,
    },
  ),
  'reservations-end': {
    kind: 'invariant',
    title: 'every reservation ends once: sold, released or expired',
    expected: '0 reservations without an end, 0 with two',
    judge({ truth }) {
      const { reservations, sold, released, expired, endedTwice } = truth.stock.totals;
      const open = reservations - sold - released - expired;
      return {
        holds: open === 0 && endedTwice === 0,
        observed:
          `${plural(reservations, 'reservation')}: ${sold} sold, ${released} released, ` +
          `${expired} expired, ${open} without an end, ${endedTwice} with two`,
        value: open + endedTwice,
        unit: 'count',
      };
    },
  },
  'cart-is-kept': invariant(
    'what is in a cart is put aside for the hold time',
    'broken promise',
    ({ truth }) => {
      const { notKept } = truth.wishes;
      const unheld = truth.unheldUnits();
      const count = notKept + unheld;
      const detail = `${plural(unheld, 'unit')} in carts and not held, ${plural(notKept, 'cart')} sold out at the checkout`;
      return { count, detail: count === 0 ? undefined : detail };
    },
  ),
  'cart-ends-as-told': invariant(
    'a cart ends when it is emptied or bought, or its time is over, and not otherwise',
    'wrong end',
    ({ truth }) => truth.cartsEndedWrong,
  ),
  'answers-are-true': invariant(
    'what a shopper is told of the stock and of an order is so',
    'false answer',
    ({ truth }) => truth.answers.falseAnswers,
  ),
  'back-and-served': invariant(
    'who comes back without an answer to an order, when all is well again, is given one',
    'needless refusal',
    ({ truth }) => truth.returns.turnedAway,
  ),
  'asked-with-pauses': invariant(
    'bank, carrier and mail are asked for the same again with pauses, not as fast as it goes',
    'hurried request',
    ({ truth }) => truth.repeats.hammering,
  ),
  'no-trace': invariant(
    'an order that failed leaves no charge and no parcel',
    'unclean failure',
    ({ truth }) => {
      const traces = truth.orders.traces();
      const cents = traces.reduce((sum, { chargedCents }) => sum + chargedCents, 0);
      return {
        count: traces.length,
        detail: traces.length === 0 ? undefined : `${usd(cents)} still charged`,
      };
    },
  ),
  'sold-once': invariant(
    'no order is charged or shipped twice',
    'double sale',
    ({ truth }) => truth.orders.soldTwice().length,
  ),
  'confirmed-is-complete': invariant(
    'what was confirmed is paid for, and sent with all that was ordered',
    'incomplete order',
    ({ truth }) => truth.orders.incomplete().length,
  ),
  'confirmation-mailed': invariant(
    'who has bought something gets a confirmation by mail, within a minute',
    'missing mail',
    ({ truth }) => truth.orders.unmailed().length,
  ),
  'confirmation-once': invariant(
    'nobody gets the confirmation of an order twice',
    'repeated mail',
    ({ truth }) => truth.orders.mailedTwice().length,
  ),
  'price-is-right': invariant(
    'what is charged is the price of the catalogue',
    'wrong charge',
    ({ truth }) => truth.bank.wrongAmounts,
  ),
  'downstreams-agree': invariant(
    'in the end every downstream service knows the stock',
    'wrong view',
    ({ truth }) => truth.views.wrong(),
  ),
  'downstreams-know-soon': objective(
    'a downstream service that is well soon knows of a change',
    ({ measured }) => measured.timeToKnow.p99,
    { under: 5_000, unit: 'ms', of: 'at the 99th percentile' },
  ),
  'downstreams-catch-up': invariant(
    'a downstream service that is well again knows within a minute what it missed',
    'late update',
    ({ truth }) => truth.toldLate,
  ),
  'updates-are-true': invariant(
    'what a downstream service is told was so, under the version that it is given',
    'invented level',
    ({ truth }) => truth.views.invented,
  ),
  'updates-are-news': objective(
    'a downstream service that is well is told what it does not know yet',
    ({ truth: { views } }) => (views.updates === 0 ? 0 : views.misplaced / views.updates),
    { under: 0.02, unit: 'ratio', of: 'of the updates are old' },
  ),
  'failing-is-spared': invariant(
    'a downstream service that is away is asked now and then, and not for every change',
    'update in vain',
    ({ truth }) => truth.sparing.inVain,
  ),
  'machines-have-work': objective(
    'a machine that has no work is given back within five minutes',
    ({ measured }) => measured.spareNodes.peak,
    { atMost: 0, unit: 'count', of: 'machines at once' },
  ),
  'ads-are-true': invariant(
    'what the advertisement says is so',
    'false headline',
    ({ truth }) => truth.views.falseHeadlines,
  ),
  'no-unhandled-rejection': noUnhandledRejection(),
  'no-defect': noDefect(),
  'nothing-left-behind': nothingLeftBehind('shopper'),
  'reservation-p99': objective(
    'filling a cart is quick, throughout',
    ({ measured }) => measured.timeToFill.worstWindow(99),
    {
      under: 200,
      unit: 'ms',
      of: 'at the 99th percentile of the worst five minutes',
      needs: forFilling,
    },
  ),
  'pressed-once': objective('a button works the first time that it is pressed', inVainRatio, {
    under: 0.005,
    unit: 'ratio',
    of: 'of the presses are in vain',
    needs: forBuying,
  }),
  'shoppers-answered': objective('shoppers get an answer', answeredRatio, {
    atLeast: 0.999,
    unit: 'ratio',
    of: 'of what they ask for',
    needs: forBuying,
  }),
  ...fairnessRules,
  ...checkoutRules,
  ...miscountRules,
  ...replicaRules,
  ...reshardingRules,
  ...rowLockRules,
  ...backorderRules,
});
