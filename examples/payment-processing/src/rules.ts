import { type Judged, ruleWords } from '@firedrill/core/scenario';
import { acquirerRules } from './rules/acquirers.ts';
import { budgetRules } from './rules/budget.ts';
import { cardRules } from './rules/cards.ts';
import { fraudRules } from './rules/fraud.ts';
import { keyRules } from './rules/keys.ts';
import { ledgerRules } from './rules/ledger.ts';
import { lifecycleRules } from './rules/lifecycle.ts';
import { firstGateways, payingNeeds } from './truth/needs.ts';
import { settlementRules } from './rules/settlement.ts';
import { signatureRules } from './rules/signatures.ts';
import { bulkheadRules } from './rules/bulkheads.ts';
import { unscoredAtMostCents } from './truth/contracts.ts';
import type { Charge } from './truth/gateways.ts';
import { deservesToPay, isLawful, isSuspected, isTrusted, type Order } from './truth/orders.ts';
import type { Payments } from './types.ts';

type Phase = Judged<Payments>;

const {
  defineRules,
  invariant,
  noDefect,
  noUnhandledRejection,
  nothingLeftBehind,
  objective,
  only,
  usefulWork,
} = ruleWords<Payments>();

const usd = (cents: number): string => `$${Math.round(cents / 100).toLocaleString('en-US')}`;

/** What must be true of a payment platform, whoever builds it. */
export const rules = defineRules({
  'no-double-charge': invariant('no order is charged twice', 'double charge', ({ truth }) => {
    const { count, cents } = truth.gateways.doubleCharges;
    return { count, detail: count === 0 ? undefined : usd(cents) };
  }),
  'right-charge': invariant(
    'what is charged is what was ordered, for the merchant that sells it',
    'wrong charge',
    ({ truth }) =>
      [...truth.gateways.charges.values()].filter(({ orderId, amountCents, merchantId }) => {
        const request = truth.orders.find(orderId)?.request;
        return request?.amountCents !== amountCents || request.merchantId !== merchantId;
      }).length,
  ),
  'own-gateway': invariant(
    'every region is charged through its own gateways, with which its merchants have a contract',
    'stray authorisation',
    ({ truth }) => truth.gateways.astray,
  ),
  'no-unlawful-charge': invariant(
    'nobody is charged whom the law forbids to charge',
    'unlawful charge',
    ({ truth }) => ordersThat(truth, (order) => order.charges.length > 0 && !isLawful(order)),
  ),
  'no-fraud-charged': invariant(
    'no payment with a score above the threshold is charged, if a score could be had',
    'suspicious charge',
    ({ truth }) =>
      ordersThat(
        truth,
        (order) =>
          order.charges.length > 0 &&
          !isTrusted(order) &&
          (order.couldBeScored || order.request.amountCents > unscoredAtMostCents),
      ),
  ),
  'true-answers': invariant('what a customer is told is true', 'false answer', ({ truth }) =>
    ordersThat(truth, (order) => isToldWrong(order) || isToldOfAnother(order, truth)),
  ),
  'back-and-served': invariant(
    'who comes back without an answer, or unscored, when all is well again, is served',
    'needless refusal',
    ({ truth }) => truth.orders.unservedAgain,
  ),
  'no-money-in-limbo': invariant(
    'whoever was charged learns so, at the page or from the receipt',
    'untold customer',
    ({ truth }) => {
      const { limboCents } = truth.orders;
      return {
        count: ordersThat(
          truth,
          ({ charges, knowsOfCharge }) => charges.length > 0 && !knowsOfCharge,
        ),
        detail: limboCents === 0 ? undefined : usd(limboCents),
      };
    },
  ),
  'books-agree': invariant(
    'the books say captured where, and only where, a card was charged, and declined where that was told, or the bank has said it',
    'mismatched payment',
    ({ truth, settings }) => {
      const { tables, gateways } = truth;
      const unbooked = [...gateways.charges.values()].filter(
        ({ paymentId }) => tables.payments.get(paymentId)?.status !== 'captured',
      );
      const uncharged = [...tables.payments.values()].filter(
        ({ paymentId, status }) =>
          status === 'captured' && gateways.chargeOf(paymentId) === undefined,
      );
      const undeclined = [...tables.payments.values()].filter(({ request, status }) => {
        const answer = truth.orders.find(request.orderId)?.answer;
        return (
          answer?.status === 'declined' && answer.reason !== 'unscored' && status !== 'declined'
        );
      });
      // Of two acquirers the second may take what the first has declined.
      const unheard = settings.acquirers
        ? []
        : gateways.declined.filter((id) => tables.payments.get(id)?.status === 'initiated');
      return unbooked.length + uncharged.length + undeclined.length + unheard.length;
    },
  ),
  'charges-credited': invariant(
    'every charge is credited to its merchant',
    'uncredited charge',
    ({ truth }) => truth.hearsay.uncredited(),
  ),
  'no-double-credit': invariant(
    'no charge is credited to its merchant twice',
    'double credit',
    ({ truth }) => truth.hearsay.doubleCredits,
  ),
  'only-genuine-credits': invariant(
    'what nobody has charged, or not so, is credited to nobody',
    'false credit',
    ({ truth }) => truth.hearsay.falseCredits,
  ),
  'webhooks-accounted': invariant(
    'every webhook has arrived, or is kept as a dead letter, and none is both',
    'lost webhook',
    ({ truth: { hearsay, tables, gateways } }) => {
      const undelivered = hearsay.undeliveredWebhooks();
      const isKept = ({ paymentId }: Charge): boolean =>
        tables.open(paymentId)?.get('webhook')?.isDead === true;
      const kept = undelivered.filter(isKept).length;
      // Of a shop that has closed, nobody says any more that the answer was lost, and not the message.
      const canTell = (charge: Charge): boolean => !hearsay.isClosing(charge);
      const missing = new Set(undelivered);
      const both = [...gateways.charges.values()].filter(
        (each) => !missing.has(each) && isKept(each) && canTell(each),
      ).length;
      const text = `of ${gateways.charges.size} due, ${hearsay.webhooksDelivered} arrived and ${kept} are kept`;
      return {
        count: undelivered.length - kept + both,
        detail: both === 0 ? text : `${text}, and ${both} that arrived are kept as well`,
      };
    },
  ),
  'true-webhooks': invariant(
    'a webhook tells the truth to the merchant that it concerns',
    'false webhook',
    ({ truth }) => truth.hearsay.falseWebhooks,
  ),
  'webhooks-in-order': invariant(
    'a merchant that is well hears of its payments in their order',
    'late charge',
    ({ truth }) => truth.tellings.disordered,
  ),
  'webhooks-tried': invariant(
    'a webhook is tried as often as was agreed, with pauses that grow, and then is a dead letter',
    'off-schedule webhook',
    ({ truth }) => truth.tellings.mistried,
  ),
  'told-once': invariant(
    'who has heard of a payment is not told again, unless a crash has forgotten it',
    'repetition',
    ({ truth }) => truth.tellings.repeated,
  ),
  'merchant-rate': invariant(
    'no merchant gets more webhooks in a second than its contract allows',
    'overfull second',
    ({ truth }) => truth.tellings.floods,
  ),
  'audit-complete': invariant('every charge stands in the audit', 'unaudited charge', ({ truth }) =>
    truth.hearsay.unaudited(),
  ),
  'true-audit': invariant(
    'an audit entry names the order that was charged',
    'false entry',
    ({ truth }) => truth.messages.falseEntries,
  ),
  'risk-informed': invariant(
    'the risk desk hears of every charge, and no score that the payment did not have',
    'charge',
    ({ truth }) => {
      const unheard = truth.messages.unassessed();
      const { falseScores } = truth.messages;
      const count = unheard + falseScores;
      return {
        count,
        detail:
          count === 0 ? undefined : `${unheard} unheard of, ${falseScores} with a false score`,
      };
    },
  ),
  'true-receipts': invariant(
    'a receipt goes to whoever paid, and says how much',
    'false receipt',
    ({ truth }) => truth.messages.falseReceipts,
  ),
  'receipts-in-the-end': invariant(
    'whoever paid has a receipt in the end, however long the mail was away',
    'missing receipt',
    ({ truth }) => truth.hearsay.withoutReceipt(Infinity).length,
  ),
  'receipts-once': invariant(
    'nobody gets the receipt of an order twice',
    'repeated receipt',
    ({ truth }) => truth.hearsay.repeatedReceipts,
  ),
  ...keyRules,
  ...signatureRules,
  ...ledgerRules,
  ...lifecycleRules,
  ...acquirerRules,
  ...settlementRules,
  ...fraudRules,
  ...budgetRules,
  ...cardRules,

  'no-unhandled-rejection': noUnhandledRejection(),
  'no-defect': noDefect(),
  'nothing-left-behind': nothingLeftBehind('customer'),

  'paid-in-time': usefulWork(
    'who can pay, pays: a good card, a lawful order, no suspicion',
    'payment',
    ({ truth, isJudged }) => {
      const deserving = [...truth.orders.all()].filter(
        (order) => deservesToPay(order) && !isSuspected(order) && isJudged(order.placedAtMs),
      );
      const paid = deserving.filter(
        ({ answer, charges }) => answer?.status === 'captured' && charges.length > 0,
      );
      return { done: paid.length, due: deserving.length };
    },
    {
      atLeast: 0.999,
      needs: payingNeeds,
    },
  ),
  'webhooks-arrive': usefulWork(
    'merchants that can be reached hear of their payments',
    'webhook',
    ({ truth: { gateways, hearsay }, isJudged }) => {
      const stays = (charge: Charge): boolean => !hearsay.isClosing(charge);
      const due = [...gateways.charges.values()].filter(stays);
      return followed(due, hearsay.undeliveredWebhooks().filter(stays), isJudged);
    },
    { atLeast: 0.99, needs: ['webhooks', 'database', 'app'] },
  ),
  'receipts-arrive': usefulWork(
    'who paid gets a receipt, within two minutes',
    'receipt',
    ({ truth, isJudged }) =>
      followed(
        truth.gateways.charges.values(),
        truth.hearsay.withoutReceipt(receiptWithinMs),
        isJudged,
      ),
    // What goes out first takes the workers first.
    {
      atLeast: 0.99,
      needs: ['notifications', 'audit', 'risk', 'database', 'app', ...firstGateways],
    },
  ),
  'analytics-arrive': usefulWork(
    'analytics hears of most payments, however much there is to do',
    'payment',
    ({ truth, isJudged }) =>
      followed(truth.gateways.charges.values(), truth.messages.untracked(), isJudged),
    // Best effort: the first to be shed when the others are slow.
    {
      atLeast: 0.5,
      needs: ['analytics', 'audit', 'risk', 'notifications', 'database', 'app'],
    },
  ),
  'scores-arrive': usefulWork(
    'the risk desk hears the score of a payment, where one was asked for',
    'payment',
    ({ truth, isJudged }) =>
      followed(truth.gateways.charges.values(), truth.messages.unscored(), isJudged),
    // What a callback notes before the platform does, nobody has scored.
    { atLeast: 0.9, needs: ['fraud', 'risk', 'database', 'app', ...firstGateways] },
  ),
  // Where an acquirer is to fail, it is felt; how much: `through-outage-p99`.
  ...only(({ acquirers }) => !acquirers, {
    'authorisation-p99': objective(
      'paying takes less than 400 ms at the 99th percentile, throughout',
      ({ measured }) => measured.timeToPay.worstWindow(99),
      {
        under: 400,
        unit: 'ms',
        of: 'in the worst five minutes',
        needs: payingNeeds,
      },
    ),
  }),
  ...bulkheadRules,
});

/** By then the customer is at the door, and wants to be let out with what is in the bag. */
export const receiptWithinMs = 120_000;

/** Of the charges of a time that is judged, those that what had to follow did follow. */
function followed(
  charges: Iterable<Charge>,
  missing: readonly Charge[],
  isJudged: Phase['isJudged'],
): { readonly done: number; readonly due: number } {
  const count = (some: Iterable<Charge>): number =>
    [...some].filter(({ atMs }) => isJudged(atMs)).length;
  const due = count(charges);
  return { done: due - count(missing), due };
}

function ordersThat(truth: Phase['truth'], is: (order: Order) => boolean): number {
  let count = 0;
  for (const order of truth.orders.all()) if (is(order)) count += 1;
  return count;
}

/** Whether a customer is sent away with the number of a payment that did not pay for the order. */
function isToldOfAnother({ answer, request }: Order, { gateways }: Phase['truth']): boolean {
  if (answer?.status !== 'captured') return false;
  return gateways.chargeOf(answer.paymentId)?.orderId !== request.orderId;
}

/** Told "paid" without a charge, or declined for a reason that is none. */
function isToldWrong({ answer, charges, ...order }: Order): boolean {
  // A refusal says nothing of the card: whether it is right is judged with the keys.
  if (answer === undefined || answer.status === 'refused') return false;
  if (answer.status === 'captured') return charges.length === 0;
  const whole = { answer, charges, ...order };
  const isWrong = {
    fraud: () => isTrusted(whole),
    compliance: () => isLawful(whole),
    card: () => order.isCardGood,
    abandoned: () => true,
    // How many of these are honest: `honest-can-pay`.
    velocity: () => false,
    unscored: () => order.couldBeScored || order.request.amountCents <= unscoredAtMostCents,
  };
  return isWrong[answer.reason]();
}
