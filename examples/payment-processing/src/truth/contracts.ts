/** What contracts say, stated apart from the platform's own arithmetic, so that an error in that one shows. */

/** A merchant pays 2.9 % of a charge, half a cent to the even one, and 30 cents; never more than the charge. */
export function feeByContract(chargeCents: number): number {
  const thousandths = 29 * chargeCents;
  const isHalf = thousandths % 1_000 === 500;
  const share = isHalf ? 2 * Math.round(thousandths / 2_000) : Math.round(thousandths / 1_000);
  return Math.min(chargeCents, share + 30);
}

/** An acquirer keeps 1.2 % of what it takes for us, and no part of a cent. */
export function keptByContract(chargeCents: number): number {
  const thousandths = 12 * chargeCents;
  return (thousandths - (thousandths % 1_000)) / 1_000;
}

/** Declined for a score above this, says the agreement with the banks. */
export const highestScore = 0.8;

/** Without a score nobody takes more than this, says the same agreement: $500. */
export const unscoredAtMostCents = 500_00;

/** What a licence allows at most for one payment, in cents. */
export const licence = { us: 25_000_00, eu: 15_000_00, apac: 20_000_00 } as const;

/** An acquirer knows a key for 24 hours, in ms. */
export const keyKnownMs = 86_400_000;
