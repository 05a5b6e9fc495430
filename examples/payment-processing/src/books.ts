import type { PhaseContext } from '@firedrill/core/scenario';
import type { DeclineReason, GatewayCallback, PaymentEvent, PaymentRequest } from './domain.ts';
import type { Settings } from './settings.ts';

/**
 * What is stored in the platform's own database. Each change is one statement: reach the database
 * through a connection first, then write. The database survives whatever happens to a process.
 */
export interface Books {
  /** The payment under an idempotency key, if the key was claimed before. */
  byKey(idempotencyKey: string): StoredPayment | undefined;
  /**
   * Stores a new payment. With `uniqueKey` the idempotency key is a unique constraint: the payment
   * that holds it already is returned instead.
   */
  insert(
    payment: { readonly paymentId: string; readonly request: PaymentRequest },
    options?: { readonly uniqueKey: boolean },
  ): StoredPayment;
  decline(paymentId: string, reason: DeclineReason): void;
  capture(paymentId: string, chargeId: string): void;
  /** Credits the merchant for a charge, every time that it is called. */
  credit(callback: GatewayCallback): void;
  /** Credits the merchant for a charge unless that charge was credited before. */
  creditOnce(callback: GatewayCallback): void;
  payment(paymentId: string): StoredPayment | undefined;
  /** Credits beyond the first of a charge. */
  readonly doubleCredits: number;
}

export interface StoredPayment {
  readonly paymentId: string;
  readonly request: PaymentRequest;
  status: 'initiated' | 'declined' | 'captured';
  declineReason: DeclineReason | undefined;
  /** The event log, oldest first. */
  readonly events: PaymentEvent[];
}

export function createBooks({ elapsedMs, violate }: PhaseContext<Settings>): Books {
  const payments = new Map<string, StoredPayment>();
  const keys = new Map<string, StoredPayment>();
  const credits = new Map<string, number>();
  let doubleCredits = 0;

  function stored(paymentId: string): StoredPayment {
    const payment = payments.get(paymentId);
    if (payment === undefined) throw new RangeError(`There is no payment ${paymentId}.`);
    return payment;
  }

  function credit({ chargeId, paymentId, merchantId, amountCents }: GatewayCallback): void {
    const times = (credits.get(chargeId) ?? 0) + 1;
    credits.set(chargeId, times);
    payments
      .get(paymentId)
      ?.events.push({ type: 'payment.settled', atMs: elapsedMs(), creditCents: amountCents });
    if (times === 1) return;
    doubleCredits += 1;
    violate('no-double-credit', `${chargeId} is credited to ${merchantId} ${times} times`);
  }

  return {
    byKey: (idempotencyKey) => keys.get(idempotencyKey),

    insert({ paymentId, request }, { uniqueKey } = { uniqueKey: false }) {
      const holder = keys.get(request.idempotencyKey);
      if (uniqueKey && holder !== undefined) return holder;
      const payment: StoredPayment = {
        paymentId,
        request,
        status: 'initiated',
        declineReason: undefined,
        events: [
          { type: 'payment.initiated', atMs: elapsedMs(), amountCents: request.amountCents },
        ],
      };
      payments.set(paymentId, payment);
      keys.set(request.idempotencyKey, payment);
      return payment;
    },

    decline(paymentId, reason) {
      const payment = stored(paymentId);
      payment.status = 'declined';
      payment.declineReason = reason;
      payment.events.push({ type: 'payment.declined', atMs: elapsedMs(), reason });
    },

    capture(paymentId, chargeId) {
      const payment = stored(paymentId);
      payment.status = 'captured';
      payment.events.push({ type: 'payment.captured', atMs: elapsedMs(), chargeId });
    },

    credit,
    creditOnce(callback) {
      if (!credits.has(callback.chargeId)) credit(callback);
    },

    payment: (paymentId) => payments.get(paymentId),
    get doubleCredits() {
      return doubleCredits;
    },
  };
}
