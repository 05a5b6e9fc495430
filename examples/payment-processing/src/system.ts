import type { ClosableSystem, SystemContext } from '@firedrill/core/scenario';
import type { PaymentAnswer, PaymentRequest } from './domain.ts';
import type { RefundAnswer, RefundRequest } from './domain/refunds.ts';
import type { Payments } from './types.ts';

/** The one interface of all implementations. */
export interface PaymentSystem extends ClosableSystem {
  /** Charges the card and answers; rejects when the payment failed or its outcome is unknown. */
  pay(request: PaymentRequest): Promise<PaymentAnswer>;
  /** Pays back all of a payment, or a part of it. Without it no money goes back. */
  refund?(request: RefundRequest): Promise<RefundAnswer>;
}

/** What an implementation is made of. */
export type Context = SystemContext<Payments>;

/** What a payment platform can reach. */
export type Outside = Context['outside'];

export type CreateSystem = (context: Context) => PaymentSystem;
