import type { CapturedPayment, FollowUp } from '../../domain.ts';
import type { DoneList } from './done-list.ts';
import { type FollowUps, lanes } from './follow-ups.ts';
import type { WebhookDelivery } from './webhooks.ts';

/**
 * Begins work that the books say is open; what is under way in this process goes on as it is, and what is
 * done is only not written down yet.
 */
export type TakeUp = (payment: CapturedPayment, followUp: FollowUp, isDead: boolean) => void;

export const createTakeUp =
  (webhooks: WebhookDelivery, followUps: FollowUps, doneList: DoneList): TakeUp =>
  (payment, followUp, isDead) => {
    if (doneList.has(payment.paymentId, followUp)) return;
    const lane = lanes.find((name) => name === followUp);
    if (lane === undefined) webhooks.take(payment, isDead);
    else followUps.take(payment, lane);
  };
