import { sleep } from '@firedrill/core/resilience';
import type { Visit } from '@firedrill/core/scenario';
import type { PaymentAnswer } from '../domain.ts';
import type { RefundRequest } from '../domain/refunds.ts';
import type { Payments } from '../types.ts';

/** Of the payments, those that are refunded: more than usual, so that a storm has some. */
const refundedShare = 0.04;

/** Of these, those whose customer asks the bank as well: it goes faster, and pays twice. */
const refundedAndDisputedShare = 0.3;

/** Of the others, those that are disputed. */
const disputedShare = 0.01;

const hour = 3_600_000;

/** What becomes of a payment in the days after it. */
export function liveOn(visit: Visit<Payments>, answer: PaymentAnswer): void {
  const { context, truth } = visit;
  if (!context.settings.lifecycle || answer.status !== 'captured') return;
  const random = context.random('days after');
  const isRefunded = random.chance(refundedShare);
  const isDisputed = random.chance(isRefunded ? refundedAndDisputedShare : disputedShare);
  const part = random.pick([1, 0.5]);
  const refundAfterMs = random.integer(1, 36) * hour;
  const disputeAfterMs = random.integer(30, 72) * hour;
  const { paymentId } = answer;
  if (isRefunded) setTimeout(() => void refund(visit, paymentId, part), refundAfterMs);
  if (!isDisputed) return;
  setTimeout(() => {
    const charge = truth.gateways.chargeOf(paymentId);
    if (charge !== undefined) truth.aftermath.dispute(charge, charge.amountCents);
  }, disputeAfterMs);
}

/** A merchant who gets no answer asks again, with the same id. */
async function refund({ truth, system }: Visit<Payments>, paymentId: string, part: number) {
  const charge = truth.gateways.chargeOf(paymentId);
  if (charge === undefined) return;
  const amountCents = Math.max(1, Math.floor(part * charge.amountCents));
  const request: RefundRequest = { refundId: `refund-of-${paymentId}`, paymentId, amountCents };
  truth.aftermath.asked({ ...request, chargeId: charge.chargeId });
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    try {
      if (system.refund !== undefined) await system.refund(request);
      return;
    } catch {
      await sleep(hour);
    }
  }
}
