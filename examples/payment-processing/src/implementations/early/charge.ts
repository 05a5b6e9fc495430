import { noLimit } from '@firedrill/core/services';
import {
  type CapturedPayment,
  type DeclineReason,
  isCompliant,
  isFraud,
  type PaymentAnswer,
  type PaymentRequest,
} from '../../domain.ts';
import type { Context } from '../../system.ts';

/** A card that was charged, or the answer that ends the payment without a charge. */
export type ChargeResult =
  | { readonly kind: 'captured'; readonly payment: CapturedPayment }
  | { readonly kind: 'declined'; readonly answer: PaymentAnswer };

/** Time limit of a call to the gateway in the first four implementations. */
const gatewayTimeoutMs = 5_000;

/** Our own, on our own network: it had always answered. */
const trusted = { timeoutMs: noLimit('nobody thought that our own database could hang') };

/**
 * The payment path that the first four implementations share, as most first versions are.
 *
 * Flaw: a time-out of the gateway counts as a failure although the money may be gone, and nothing but
 * the gateway knows of the idempotency key: an attempt that is repeated is a payment of its own here.
 *
 * @param keyOf the key that the gateway is given
 */
export function createCharging(
  { process, clock, outside }: Context,
  keyOf: (request: PaymentRequest, paymentId: string) => string = ({ idempotencyKey }) =>
    idempotencyKey,
) {
  const { database, fraud, gateways } = outside;
  let sequence = 0;

  /** Charges a card; the caller holds a database connection. */
  return async function charge(request: PaymentRequest): Promise<ChargeResult> {
    sequence += 1;
    const paymentId = `payment-${process.start}-${sequence}`;
    await database.insertPayment({ paymentId, request }, trusted);

    const decline = async (reason: DeclineReason): Promise<ChargeResult> => {
      await database.declinePayment({ paymentId, reason }, trusted);
      return { kind: 'declined', answer: { status: 'declined', reason } };
    };

    const { orderId, merchantId, amountCents, region } = request;
    const { score } = await fraud.score(
      { orderId, amountCents },
      { timeoutMs: noLimit('the score had always come in 50 ms') },
    );
    if (isFraud(score)) return decline('fraud');
    if (!isCompliant(request)) return decline('compliance');

    const gateway = gateways[region];
    const idempotencyKey = keyOf(request, paymentId);
    const authorization = await gateway.authorize(
      { orderId, paymentId, merchantId, amountCents, idempotencyKey },
      { timeoutMs: gatewayTimeoutMs },
    );
    if (authorization.status === 'declined') return decline('card');
    const { authorizationId } = authorization;
    const { chargeId } = await gateway.capture(
      { authorizationId },
      { timeoutMs: gatewayTimeoutMs },
    );
    await database.capturePayment(
      { paymentId, chargeId, fraudScore: score, followUps: [] },
      trusted,
    );
    const payment = { paymentId, request, fraudScore: score, capturedAtMs: clock.elapsedMs() };
    return { kind: 'captured', payment };
  };
}
