import {
  type CapturedPayment,
  isCompliant,
  isFraud,
  type DeclineReason,
  type PaymentAnswer,
  type PaymentRequest,
} from '../domain.ts';
import type { Context } from '../system.ts';
import type { Services } from '../services.ts';

/** A card that was charged, or the answer that ends the payment without a charge. */
export type ChargeResult =
  | { readonly kind: 'captured'; readonly payment: CapturedPayment }
  | { readonly kind: 'declined'; readonly answer: PaymentAnswer };

/** Time limit of a call to the gateway in the first four implementations. */
const gatewayTimeoutMs = 5_000;

/**
 * The payment path that the first four implementations share, as most first versions are.
 *
 * Flaw: every attempt is a new payment with a key of its own, and a time-out of the gateway counts as
 * a failure although the money may be gone. A customer who tries again is charged again.
 */
export function createCharging({ elapsedMs }: Context, services: Services) {
  const { books, database, fraud, gateways } = services;
  let sequence = 0;

  /** Charges a card; the caller holds a database connection. */
  return async function charge(request: PaymentRequest): Promise<ChargeResult> {
    sequence += 1;
    const paymentId = `payment-${sequence}`;
    await database.statement({ name: 'insert payment' });
    books.insert({ paymentId, request });

    const decline = async (reason: DeclineReason): Promise<ChargeResult> => {
      await database.statement({ name: 'decline payment' });
      books.decline(paymentId, reason);
      return { kind: 'declined', answer: { status: 'declined', reason } };
    };

    const { orderId, merchantId, amountCents, region } = request;
    const { score } = await fraud.score({ orderId, amountCents });
    if (isFraud(score)) return decline('fraud');
    if (!isCompliant(request)) return decline('compliance');

    const gateway = gateways[region];
    const authorization = await gateway.authorize(
      { orderId, paymentId, merchantId, amountCents, idempotencyKey: paymentId },
      { timeoutMs: gatewayTimeoutMs },
    );
    if (authorization.status === 'declined') return decline('card');
    const { chargeId } = await gateway.capture(
      { authorizationId: authorization.authorizationId },
      { timeoutMs: gatewayTimeoutMs },
    );
    await database.statement({ name: 'capture payment' });
    books.capture(paymentId, chargeId);
    return {
      kind: 'captured',
      payment: { paymentId, request, fraudScore: score, capturedAtMs: elapsedMs() },
    };
  };
}
