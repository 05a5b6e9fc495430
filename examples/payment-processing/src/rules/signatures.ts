import { ruleWords } from '@firedrill/core/scenario';
import type { Payments } from '../types.ts';

const { invariant, only, usefulWork } = ruleWords<Payments>();

/** From a charge to the credit; callbacks take 2.5 s at their 99th percentile. */
const soonMs = 10_000;

/** Who is believed, in both directions. */
export const signatureRules = only(({ signatures }) => signatures, {
  'webhooks-signed': invariant(
    'every webhook is signed so that its merchant can believe it',
    'unbelievable webhook',
    ({ truth }) => truth.signatures.unbelieved,
  ),
  'genuine-believed': usefulWork(
    'the word of a gateway is believed: the merchant has the credit within 10 s',
    'charge',
    ({ truth, isJudged }) => {
      const due = [...truth.gateways.charges.values()].filter(({ atMs }) => isJudged(atMs));
      const done = due.filter(
        ({ chargeId, atMs }) => truth.hearsay.creditedAtMs(chargeId) - atMs <= soonMs,
      );
      return { done: done.length, due: due.length };
    },
    { atLeast: 0.9, needs: ['gateway-callbacks', 'database', 'app'] },
  ),
});
