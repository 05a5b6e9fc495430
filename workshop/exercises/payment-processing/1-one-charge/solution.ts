import { withConnection } from '@firedrill/core/resilience';
import { noLimit } from '@firedrill/core/services';
import {
  type CapturedPayment,
  createSideEffects,
  type CreateSystem,
  creditMerchants,
  isCompliant,
  isFraud,
  type PaymentAnswer,
  type PaymentRequest,
} from '#payment-processing';

/** How long the gateway is waited for. What a time-out means is another question. */
const gatewayTimeoutMs = 5_000;

const trusted = { timeoutMs: noLimit('our own database') };

/**
 * One charge for each order: the gateway is given the key of the order, not of the attempt. A customer who waits too
 * long presses "pay" again: the request comes once more, with the same `idempotencyKey`.
 */
export const create: CreateSystem = (context) => {
  const { process, clock, outside, telemetry } = context;
  const { database, fraud, gateways } = outside;
  const effects = createSideEffects(context);
  const stopCrediting = creditMerchants(context);
  let sequence = 0;

  /** Charges the card: the payment, or why there is none. */
  async function charge(request: PaymentRequest): Promise<CapturedPayment | PaymentAnswer> {
    sequence += 1;
    const paymentId = `payment-${process.start}-${sequence}`;
    await database.insertPayment({ paymentId, request }, trusted);
    const decline = async (reason: 'fraud' | 'compliance' | 'card'): Promise<PaymentAnswer> => {
      await database.declinePayment({ paymentId, reason }, trusted);
      return { status: 'declined', reason };
    };

    const { orderId, merchantId, amountCents, region, idempotencyKey } = request;
    const { score } = await fraud.score({ orderId, amountCents }, trusted);
    if (isFraud(score)) return decline('fraud');
    if (!isCompliant(request)) return decline('compliance');

    const gateway = gateways[region];
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
    return { paymentId, request, fraudScore: score, capturedAtMs: clock.elapsedMs() };
  }

  return {
    pay: (request) =>
      withConnection(outside.connections, async () => {
        const payment = await charge(request);
        if ('status' in payment) return payment;
        const all = [
          effects.deliverWebhook(payment),
          effects.recordAudit(payment),
          effects.sendReceipt(payment),
        ];
        for (const outcome of await Promise.allSettled(all)) {
          if (outcome.status === 'rejected') telemetry.failed(outcome.reason);
        }
        return { status: 'captured', paymentId: payment.paymentId };
      }),
    async close() {
      stopCrediting();
    },
  };
};
