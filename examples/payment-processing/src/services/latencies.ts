/** What each call takes on an ordinary day. */
export const latencies = {
  fraud: { p50Ms: 20, p99Ms: 50 },
  authorize: { p50Ms: 70, p99Ms: 150 },
  capture: { p50Ms: 50, p99Ms: 110 },
  'gateway-callbacks': { p50Ms: 400, p99Ms: 2_500 },
  vault: { p50Ms: 10, p99Ms: 40 },
  database: { p50Ms: 2, p99Ms: 6 },
  webhooks: { p50Ms: 120, p99Ms: 400 },
  analytics: { p50Ms: 120, p99Ms: 300 },
  audit: { p50Ms: 60, p99Ms: 150 },
  risk: { p50Ms: 180, p99Ms: 450 },
  notifications: { p50Ms: 100, p99Ms: 250 },
} as const;
