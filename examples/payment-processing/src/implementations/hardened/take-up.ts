import type { CapturedPayment, FollowUp } from '../../domain.ts';
import { type FollowUps, lanes } from './follow-ups.ts';
import type { WebhookDelivery } from './webhooks.ts';

/** Begins work that the books say is open; what is under way in this process goes on as it is. */
export type TakeUp = (payment: CapturedPayment, followUp: FollowUp, isDead: boolean) => void;

export const createTakeUp =
  (webhooks: WebhookDelivery, followUps: FollowUps): TakeUp =>
  (payment, followUp, isDead) => {
    const lane = lanes.find((name) => name === followUp);
    if (lane === undefined) webhooks.take(payment, isDead);
    else followUps.take(payment, lane);
  };
