import { host } from '#host';

/** Beyond this Node takes a delay for 1 ms, and warns. */
const maxDelayMs = 2_147_483_647;

/**
 * The delay of a timer in whole microseconds. Fractions of a millisecond are kept, where Node rounds
 * them; zero, negative numbers and what is no number become 1 ms, as in Node.
 */
export function toDelayUs(delayMs: unknown): number {
  const delay = numberOf(delayMs);
  if (delay > 0 && delay <= maxDelayMs) return Math.max(1, Math.round(delay * 1000));
  if (delay > maxDelayMs) {
    host.warn(
      'TimeoutOverflowWarning',
      `${delay} does not fit into a 32-bit signed integer. Timeout duration was set to 1.`,
    );
  }
  return 1000;
}

/** As Node coerces it: a BigInt and a symbol are TypeErrors. */
function numberOf(delayMs: unknown): number {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the product is what coerces it
  return (delayMs as number) * 1;
}
