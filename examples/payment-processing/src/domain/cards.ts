import { z } from 'zod';

/** A card as a customer types it in: for the vault, and for nobody else. */
export const cardSchema = z.object({ pan: z.string(), cvv: z.string() });
export type Card = z.infer<typeof cardSchema>;

/** The last digit of a card number (Luhn 1960): with it the sum of all is a multiple of ten. */
export function luhnDigit(digits: string): number {
  let sum = 0;
  for (const [at, digit] of Array.from(digits).toReversed().entries()) {
    const value = Number(digit) * (at % 2 === 0 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return (10 - (sum % 10)) % 10;
}
