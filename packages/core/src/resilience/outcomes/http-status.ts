import type { FailureOutcome } from './outcome-of.ts';

/**
 * What an HTTP status that is no success says of the operation (RFC 9110).
 *
 * A 4xx refuses the request: it was not performed. So do 501 (nobody knows how), 505 and 511 (not
 * before the protocol or the network is right). Every other 5xx is unknown: 500 and 502 come from the
 * middle of the work, 504 from who stopped waiting for it, and 503, which a server should send
 * instead of working, is also what proxies make of a connection that broke after the request was
 * through. A service whose 503 is a refusal says so with an error whose `outcome` is `failure`.
 */
export function outcomeOfStatus(status: number): FailureOutcome {
  return status < 500 || refusals.has(status) ? 'failure' : 'unknown';
}

const refusals: ReadonlySet<number> = new Set([501, 505, 511]);

/** The status that an error carries, itself or in its `response`; 400 to 599, else `undefined`. */
export function httpStatusOf(error: object): number | undefined {
  return ownStatus(error) ?? ('response' in error ? ownStatus(error.response) : undefined);
}

function ownStatus(holder: unknown): number | undefined {
  if (typeof holder !== 'object' || holder === null) return undefined;
  if ('status' in holder && isFailedStatus(holder.status)) return holder.status;
  if ('statusCode' in holder && isFailedStatus(holder.statusCode)) return holder.statusCode;
  return undefined;
}

function isFailedStatus(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 400 && value <= 599;
}
