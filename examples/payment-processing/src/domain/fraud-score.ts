import { z } from 'zod';

/** Where a payment comes from, as the page sees it. */
export const deviceSchema = z.object({
  address: z.string(),
  country: z.string(),
  /** A token for the card, the same for the same card. */
  card: z.string(),
  isNewEmail: z.boolean(),
});
export type Device = z.infer<typeof deviceSchema>;

/** What is known of a payment at the time that it is made. */
export interface Features {
  /** Other cards that came from the address within {@link windowMs}. */
  readonly otherCards: number;
  readonly amountCents: number;
  readonly isAbroad: boolean;
  readonly isNewEmail: boolean;
}

/** How far back is counted, in ms: long enough for a tester, too short for an office. */
export const windowMs = 10 * 60_000;

/** Above this a payment is declined. */
export const velocityThreshold = 0.5;

/**
 * A logistic score, 0 to 1, with weights that were chosen and not learnt: many cards from one address,
 * a large amount from abroad with an address that nobody has seen. No sign is enough by itself.
 */
export function velocityScore({ otherCards, amountCents, isAbroad, isNewEmail }: Features): number {
  const isLarge = amountCents > 80_000;
  const isSmall = amountCents < 600;
  const sum =
    -6 +
    1.2 * Math.min(otherCards, 4) +
    (isSmall ? 2 : 0) +
    (isLarge ? 2.5 : 0) +
    (isAbroad ? 2 : 0) +
    (isNewEmail ? 2 : 0);
  return 1 / (1 + Math.exp(-sum));
}
