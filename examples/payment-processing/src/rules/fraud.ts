import { type Examined, type Judged, ruleWords } from '@firedrill/core/scenario';
import { velocityScore, windowMs } from '../domain/fraud-score.ts';
import type { Order } from '../truth/orders.ts';
import type { Payments } from '../types.ts';
import { payingNeeds } from '../truth/needs.ts';

const { detected, only } = ruleWords<Payments>();

/** Two cards from one address may be a couple; the third one within ten minutes gives a tester away. */
const cardsOfACouple = 2;

const isStopped = ({ answer }: Order): boolean =>
  answer?.status === 'declined' && answer.reason === 'velocity';

/**
 * All orders that were answered, each with the score of what came before it. A test is a `first-test` while
 * nothing can tell it from an honest purchase; `friendly` fraud nothing ever shows.
 */
function examined({ truth, isJudged }: Judged<Payments>): readonly Examined[] {
  const latest = new Map<string, readonly { readonly card: string; readonly atMs: number }[]>();
  return [...truth.orders.all()]
    .filter(({ answer, placedAtMs }) => answer !== undefined && isJudged(placedAtMs))
    .map((order) => {
      const { request, fraudKind, placedAtMs: atMs } = order;
      const { device, amountCents, cardCountry } = request;
      if (device === undefined) return { kind: fraudKind, score: 0, isAlarm: isStopped(order) };
      const { address, card, country, isNewEmail } = device;
      const before = (latest.get(address) ?? []).filter((each) => each.atMs > atMs - windowMs);
      latest.set(address, [...before, { card, atMs }]);
      const otherCards = new Set(before.map((each) => each.card).filter((each) => each !== card));
      // Testers have addresses of their own: whatever came from there before was a test.
      const isFirst = fraudKind === 'card-testing' && before.length < cardsOfACouple;
      return {
        kind: isFirst ? 'first-test' : fraudKind,
        score: velocityScore({
          otherCards: otherCards.size,
          amountCents,
          isAbroad: country !== cardCountry,
          isNewEmail,
        }),
        isAlarm: isStopped(order),
      };
    });
}

const detector = detected({
  examined,
  looksFor: ['card-testing', 'stolen-card'],
  // As planted here, a fifth of it, and as rare as it is where nobody plants any.
  baseRates: [0.028, 0.005, 0.000_1],
});

/** What another threshold would have found. */
export const fraudCurve = detector.curve([0.2, 0.5, 0.8], {
  planted: 'fraud',
  honest: 'honest customers',
  appliesTo: ({ fraud }) => fraud,
});

/** What was planted, and what was found of it. */
export const fraudRules = only(({ fraud }) => fraud, {
  'testers-stopped': detector.found(
    'who tests stolen cards is stopped by the third one: one address, many cards, small change',
    'planted test',
    { kinds: ['card-testing'], atLeast: 0.6, mayBeNone: true, needs: payingNeeds },
  ),
  'stolen-cards-stopped': detector.found(
    'a stolen card is stopped: a large amount, from abroad, by an address that nobody knows',
    'stolen card',
    { kinds: ['stolen-card'], atLeast: 0.6, mayBeNone: true, needs: payingNeeds },
  ),
  'honest-can-pay': detector.spared(
    'who is honest is not taken for a fraudster',
    'honest customer',
    {
      atMost: 0.01,
      needs: payingNeeds,
    },
  ),
});
