import type { ClosableSystem, PhaseContext } from '@firedrill/core/scenario';
import type { PaymentAnswer, PaymentRequest } from './domain.ts';
import type { Services } from './services.ts';
import type { Settings } from './settings.ts';

/** The one interface of all five implementations. */
export interface PaymentSystem extends ClosableSystem {
  /** Charges the card and answers; rejects when the payment failed or its outcome is unknown. */
  pay(request: PaymentRequest): Promise<PaymentAnswer>;
  /** Work that waits inside the system: queued tasks, scheduled retries. Default: none. */
  backlog?(): number;
  /** Webhooks that were given up on and kept for a replay. Default: none. */
  readonly deadLetters?: DeadLetterBox;
  /** Breakers of merchants by state. Default: there are no breakers. */
  breakers?(): { readonly open: number; readonly halfOpen: number };
  /** Things registered and not removed: listeners, timers. Default: none. */
  leftBehind?(): number;
}

export interface DeadLetterBox {
  readonly size: number;
  /** Whether the webhook of this payment is among them. */
  has(paymentId: string): boolean;
}

/** What an implementation is made of. */
export type Context = PhaseContext<Settings>;

export type CreateSystem = (context: Context, services: Services) => PaymentSystem;
