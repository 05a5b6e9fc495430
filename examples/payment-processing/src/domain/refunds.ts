import { z } from 'zod';

/** Money that goes back to a customer; who asks again sends the same id. */
export const refundSchema = z.object({
  refundId: z.string(),
  chargeId: z.string(),
  amountCents: z.int().positive(),
});
export type Refund = z.infer<typeof refundSchema>;

/** What a merchant asks for: all of a payment, or a part of it. */
export interface RefundRequest {
  readonly refundId: string;
  readonly paymentId: string;
  readonly amountCents: number;
}

export type RefundAnswer =
  | { readonly status: 'refunded' }
  /** The bank decides: the customer has disputed the charge. */
  | { readonly status: 'refused'; readonly reason: 'disputed-or-spent' };
