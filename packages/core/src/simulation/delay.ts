import process from 'node:process';

/** Beyond this Node takes a delay for 1 ms, and warns. */
const maxDelayMs = 2_147_483_647;

/**
 * The delay of a timer in whole microseconds. Fractions of a millisecond are kept, where Node rounds
 * them; zero, negative numbers and what is no number become 1 ms, as in Node.
 */
export function toDelayUs(delayMs: unknown): number {
  const delay = Number(delayMs);
  if (delay > 0 && delay <= maxDelayMs) return Math.max(1, Math.round(delay * 1000));
  if (delay > maxDelayMs) {
    process.emitWarning(
      `${delay} does not fit into a 32-bit signed integer. Timeout duration was set to 1.`,
      'TimeoutOverflowWarning',
    );
  }
  return 1000;
}
