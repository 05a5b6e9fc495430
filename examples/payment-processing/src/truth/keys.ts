import type { WorldContext } from '@firedrill/core/scenario';
import type { PaymentAnswer, PaymentRequest } from '../domain.ts';
import { forPaying } from './needs.ts';
import type { Payments } from '../types.ts';

/** What became of keys that were used for more than one thing. */
export interface Keys {
  /** The next number of an app that counts its orders, from one in every shop. */
  countOf(merchantId: string): number;
  /** A key that this merchant had not used was answered. */
  answered(request: PaymentRequest, answer: PaymentAnswer): void;
  /** A key that was used before, with another body, was answered. */
  answeredOtherBody(request: PaymentRequest, answer: PaymentAnswer): void;
  /** Whether what was sent a moment ago has come: nothing that paying needs is in trouble. */
  isCertain(): boolean;
  /** Answers that were another order's, or refused a key for what somebody else did with it. */
  readonly crossed: number;
  /** Other bodies that were not refused. */
  readonly taken: number;
}

/** So near a fault nothing is certain, in ms: an attempt takes no longer. */
const aroundMs = 30_000;

/** @param orderOf the order that a payment of the platform is for */
export function createKeys(
  { violate, faults, elapsedMs }: WorldContext<Payments>,
  orderOf: (paymentId: string) => string | undefined,
): Keys {
  const counts = new Map<string, number>();
  let crossed = 0;
  let taken = 0;
  return {
    countOf(merchantId) {
      const next = (counts.get(merchantId) ?? 0) + 1;
      counts.set(merchantId, next);
      return next;
    },
    answered({ orderId, merchantId }, answer) {
      if (answer.status === 'declined') return;
      if (answer.status === 'captured') {
        const about = orderOf(answer.paymentId);
        if (about === undefined || about === orderId) return;
      }
      crossed += 1;
      violate(
        'no-answer-crosses',
        `${merchantId} asks for ${orderId} and is given what another has asked for`,
      );
    },
    answeredOtherBody({ orderId, amountCents }, { status }) {
      if (status === 'refused') return;
      taken += 1;
      violate(
        'other-body-refused',
        `${orderId} is asked for again, with ${amountCents} cents under the same key: ${status}`,
      );
    },
    isCertain: () =>
      !faults.some(
        ({ service, fromMs, toMs }) =>
          forPaying.includes(service) &&
          fromMs <= elapsedMs() + aroundMs &&
          toMs + aroundMs >= elapsedMs(),
      ),
    get crossed() {
      return crossed;
    },
    get taken() {
      return taken;
    },
  };
}
