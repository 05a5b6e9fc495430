/** What each call takes on an ordinary day. */
export const latencies = {
  records: { p50Ms: 4, p99Ms: 14 },
  calendar: { p50Ms: 4, p99Ms: 14 },
  messages: { p50Ms: 90, p99Ms: 250 },
  audit: { p50Ms: 25, p99Ms: 80 },
  kms: { p50Ms: 12, p99Ms: 40 },
  witness: { p50Ms: 80, p99Ms: 250 },
  store: { p50Ms: 3, p99Ms: 10 },
} as const;

/** Requests that the auditors' service works on at once. */
export const auditConcurrency = 48;

/**
 * The driver of the store gives a connection up that has not answered by then: shorter than the lease of whoever
 * holds part of the work, and longer than any answer takes on an ordinary day.
 */
export const storeTimeoutMs = 2_000;
