import { checkNumber, LONGEST_TIMER_MS } from './option-checks.ts';

/**
 * How a delay is spread, so that clients that failed together do not come back together.
 *
 * - `full`: anywhere between 0 and the ceiling of the attempt. The least work for the downstream.
 * - `equal`: half of the ceiling, and anywhere within the other half. Never returns at once.
 * - `none`: the ceiling itself. For tests and for single clients.
 * - `decorrelated`: anywhere between `initialMs` and `factor` times the previous delay.
 */
export type Jitter = 'full' | 'equal' | 'none' | 'decorrelated';

/** Exponential back-off: the ceiling of attempt n is `initialMs * factor ** (n - 1)`, at most `maxMs`. */
export interface Backoff {
  /** Ceiling of the first delay, in milliseconds. Above 0. */
  readonly initialMs: number;
  /** Longest delay, in milliseconds. At least `initialMs`, at most 2^31 - 1, the longest timer. */
  readonly maxMs: number;
  /** Growth from one delay to the next. At least 1. With `decorrelated`, Brooker's own value is 3. */
  readonly factor: number;
  readonly jitter: Jitter;
}

/**
 * The delay after a failed attempt, in milliseconds, not rounded. Pure but for `random`, which is
 * drawn once, and not at all with `none`.
 *
 * Source: Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 *
 * @param attempt The attempt that failed, from 1.
 * @param random Uniform in [0, 1).
 * @param previousDelayMs The delay before this attempt; read by `decorrelated` only. By default the
 *   ceiling of the attempt before, or `initialMs` for the first one.
 * @throws RangeError for a jitter of another name.
 */
export function backoffDelayMs(
  backoff: Backoff,
  attempt: number,
  random: () => number,
  previousDelayMs: number = ceilingMs(backoff, Math.max(1, attempt - 1)),
): number {
  switch (backoff.jitter) {
    case 'none':
      return ceilingMs(backoff, attempt);
    case 'full':
      return random() * ceilingMs(backoff, attempt);
    case 'equal':
      return (0.5 + random() / 2) * ceilingMs(backoff, attempt);
    case 'decorrelated': {
      const spreadMs = Math.max(0, previousDelayMs * backoff.factor - backoff.initialMs);
      return Math.min(backoff.maxMs, backoff.initialMs + random() * spreadMs);
    }
    default:
      throw unknownJitter('backoff', backoff.jitter);
  }
}

/**
 * The back-off itself, once its figures make sense.
 *
 * @param option Name of the option that holds the back-off, for the message.
 * @throws RangeError that names the field and its value.
 */
export function checkBackoff(option: string, backoff: Backoff): Backoff {
  const { initialMs, maxMs, factor, jitter } = backoff;
  checkNumber(`${option}.initialMs`, initialMs, { min: 0, exclusiveMin: true });
  checkNumber(`${option}.maxMs`, maxMs, { min: initialMs, max: LONGEST_TIMER_MS });
  checkNumber(`${option}.factor`, factor, { min: 1 });
  if (!JITTERS.has(jitter)) throw unknownJitter(option, jitter);
  return { initialMs, maxMs, factor, jitter };
}

const JITTERS: ReadonlySet<string> = new Set<Jitter>(['full', 'equal', 'none', 'decorrelated']);

function ceilingMs({ initialMs, maxMs, factor }: Backoff, attempt: number): number {
  return Math.min(maxMs, initialMs * factor ** (attempt - 1));
}

function unknownJitter(option: string, jitter: string): RangeError {
  return new RangeError(
    `${option}.jitter must be one of ${[...JITTERS].join(', ')}, got ${jitter}`,
  );
}
