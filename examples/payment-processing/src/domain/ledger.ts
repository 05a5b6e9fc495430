import { z } from 'zod';
import type { GatewayCallback } from '../domain.ts';

/** One line of a transaction, in US cents: what an account gets, or gives if negative. */
const entrySchema = z.object({ account: z.string(), cents: z.int() });

/** A transaction of the double-entry ledger: appended once, never changed, and its lines sum to zero. */
export const postingSchema = z.object({ transactionId: z.string(), entries: z.array(entrySchema) });
export type Posting = z.infer<typeof postingSchema>;

export const merchantAccount = (merchantId: string): string => `merchant ${merchantId}`;

/** What a merchant pays for a charge: 2.9 % and 30 cents, in cents, half a cent to the even one. */
export function feeCents(amountCents: number): number {
  const tenths = 29 * amountCents;
  const whole = Math.floor(tenths / 1_000);
  const rest = tenths - 1_000 * whole;
  const isUp = rest > 500 || (rest === 500 && whole % 2 === 1);
  return Math.min(amountCents, whole + (isUp ? 1 : 0) + 30);
}

type Charged = Pick<GatewayCallback, 'chargeId' | 'amountCents'>;

/** The card was charged: the acquirer owes us, and nobody has been given it yet. */
export const capturePosting = ({ chargeId, amountCents }: Charged): Posting => ({
  transactionId: `capture ${chargeId}`,
  entries: [
    { account: 'acquirer', cents: amountCents },
    { account: 'clearing', cents: -amountCents },
  ],
});

/** The merchant is credited, less our fee. */
export function creditPosting({
  chargeId,
  merchantId,
  amountCents,
}: Charged & Pick<GatewayCallback, 'merchantId'>): Posting {
  const fee = feeCents(amountCents);
  return {
    transactionId: `credit ${chargeId}`,
    entries: [
      { account: 'clearing', cents: amountCents },
      { account: merchantAccount(merchantId), cents: fee - amountCents },
      { account: 'fees', cents: -fee },
    ],
  };
}

/** The customer has money back: the merchant pays it, the fee stays. */
export const refundPosting = ({
  refundId,
  merchantId,
  amountCents,
}: {
  readonly refundId: string;
  readonly merchantId: string;
  readonly amountCents: number;
}): Posting => ({
  transactionId: `refund ${refundId}`,
  entries: [
    { account: 'acquirer', cents: -amountCents },
    { account: merchantAccount(merchantId), cents: amountCents },
  ],
});
