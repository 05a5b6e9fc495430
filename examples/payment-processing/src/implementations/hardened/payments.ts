import { makeCertain, withConnection } from '@firedrill/core/services';
import {
  type CapturedPayment,
  type DeclineReason,
  type GatewayCallback,
  isCompliant,
  isFraud,
  type PaymentAnswer,
  type PaymentRequest,
} from '../../domain.ts';
import type { Context } from '../../system.ts';
import type { Services } from '../../services.ts';

/** The payment itself: one charge for each idempotency key, whatever is repeated, lost or late. */
export interface Payments {
  pay(request: PaymentRequest): Promise<PaymentAnswer>;
  onGatewayCallback(callback: GatewayCallback): Promise<void>;
}

/**
 * Time limit of a gateway call: six times its 99th percentile. Longer, and a lost answer alone would
 * cost the customer's patience; shorter, and slow answers would be asked for twice.
 */
const gatewayTimeoutMs = 1_000;

/** How long between two questions about an unknown outcome. */
const questionBackoff = { initialMs: 100, maxMs: 2_000, factor: 2, jitter: 'full' } as const;

export function createPayments(
  { elapsedMs, random }: Context,
  services: Services,
  onCaptured: (payment: CapturedPayment) => void,
): Payments {
  const { books, database, fraud, gateways, pool } = services;
  const jitter = random('gateway-questions');
  const inFlight = new Map<string, Promise<PaymentAnswer>>();
  let sequence = 0;

  /** A connection is held for the statement, not for the payment. */
  const statement = (name: string) => withConnection(pool, () => database.statement({ name }));

  /** Captures in the books once; only the first to come, answer or callback, sets off what follows. */
  function captured(paymentId: string, chargeId: string, fraudScore: number): void {
    const stored = books.payment(paymentId);
    if (stored === undefined || stored.status === 'captured') return;
    books.capture(paymentId, chargeId);
    onCaptured({ paymentId, request: stored.request, fraudScore, capturedAtMs: elapsedMs() });
  }

  async function process(request: PaymentRequest): Promise<PaymentAnswer> {
    sequence += 1;
    const newId = `payment-${sequence}`;
    await statement('claim idempotency key');
    const stored = books.insert({ paymentId: newId, request }, { uniqueKey: true });
    const { paymentId } = stored;
    if (stored.status === 'captured') return { status: 'captured', paymentId };
    if (stored.declineReason !== undefined) {
      return { status: 'declined', reason: stored.declineReason };
    }

    const decline = async (reason: DeclineReason): Promise<PaymentAnswer> => {
      await statement('decline payment');
      books.decline(paymentId, reason);
      return { status: 'declined', reason };
    };

    const { orderId, merchantId, amountCents, region, idempotencyKey } = request;
    const { score } = await fraud.score({ orderId, amountCents });
    if (isFraud(score)) return decline('fraud');
    if (!isCompliant(request)) return decline('compliance');

    const gateway = gateways[region];
    const lookup = () => gateway.lookup({ idempotencyKey }, { timeoutMs: gatewayTimeoutMs });
    const authorization = await certain(
      () =>
        gateway.authorize(
          { orderId, paymentId, merchantId, amountCents, idempotencyKey },
          { timeoutMs: gatewayTimeoutMs },
        ),
      async () => {
        const known = await lookup();
        if (known.status === 'unknown') return undefined;
        return known.status === 'declined'
          ? { status: 'declined' as const }
          : { status: 'authorized' as const, authorizationId: known.authorizationId };
      },
    );
    if (authorization.status === 'declined') return decline('card');
    const { authorizationId } = authorization;
    const { chargeId } = await certain(
      () => gateway.capture({ authorizationId }, { timeoutMs: gatewayTimeoutMs }),
      async () => {
        const known = await lookup();
        return known.status === 'captured' ? { chargeId: known.chargeId } : undefined;
      },
    );
    await statement('capture payment');
    captured(paymentId, chargeId, score);
    return { status: 'captured', paymentId };
  }

  /** Asks about what is unknown, and repeats only what took no effect. */
  const certain = <T>(call: () => Promise<T>, ask: () => Promise<T | undefined>): Promise<T> =>
    makeCertain(call, { ask, backoff: questionBackoff, random: () => jitter.next() });

  return {
    pay(request) {
      const { idempotencyKey } = request;
      const running = inFlight.get(idempotencyKey);
      if (running !== undefined) return running;
      const payment = process(request).finally(() => inFlight.delete(idempotencyKey));
      inFlight.set(idempotencyKey, payment);
      return payment;
    },

    async onGatewayCallback(callback) {
      await statement('credit merchant');
      books.creditOnce(callback);
      captured(callback.paymentId, callback.chargeId, 0);
    },
  };
}
