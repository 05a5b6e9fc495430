import { BreakerIsolatedError, BreakerOpenError, RateLimitedError } from './errors.ts';

/** Whether a call was not made, because one's own breaker or rate limit stood before it. */
export function isRefusal(error: unknown): boolean {
  return (
    error instanceof BreakerOpenError ||
    error instanceof BreakerIsolatedError ||
    error instanceof RateLimitedError
  );
}
