import { z } from 'zod';

/** What an acquirer says of one charge: what it took for us, and what it keeps, in cents. */
export const settlementLineSchema = z.object({
  ref: z.string(),
  grossCents: z.int(),
  feeCents: z.int(),
});
export type SettlementLine = z.infer<typeof settlementLineSchema>;

/** The charges until a time, once a day. The same file may come again. */
export interface SettlementFile {
  readonly fileId: string;
  readonly untilMs: number;
  readonly lines: readonly SettlementLine[];
}

/** How a file and the books can differ. */
const breakKinds = ['missing', 'twice', 'wrong-fee', 'unknown'] as const;

/** A difference, until it is closed. */
export const settlementBreakSchema = z.object({ ref: z.string(), kind: z.enum(breakKinds) });
export type SettlementBreak = z.infer<typeof settlementBreakSchema>;

/** Money for a merchant, and what the file of a day comes to. */
export const settledFileSchema = z.object({
  fileId: z.string(),
  payouts: z.array(z.object({ chargeId: z.string(), cents: z.int() })),
  breaks: z.array(settlementBreakSchema),
});
export type SettledFile = z.infer<typeof settledFileSchema>;

/** What an acquirer keeps of a charge: 1.2 %, in whole cents, rounded down. */
export const acquirerFeeCents = (grossCents: number): number =>
  Math.floor((12 * grossCents) / 1_000);
