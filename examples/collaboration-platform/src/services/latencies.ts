/** What each call takes on an ordinary day. */
export const latencies = {
  connections: { p50Ms: 60, p99Ms: 150 },
  permissions: { p50Ms: 150, p99Ms: 250 },
  'access-changes': { p50Ms: 40, p99Ms: 120 },
  // A commit to a log with a replica in the same region.
  'edit-log': { p50Ms: 4, p99Ms: 15 },
  load: { p50Ms: 80, p99Ms: 200 },
  save: { p50Ms: 500, p99Ms: 800 },
  push: { p50Ms: 200, p99Ms: 320 },
  presence: { p50Ms: 100, p99Ms: 180 },
  history: { p50Ms: 300, p99Ms: 480 },
  analytics: { p50Ms: 200, p99Ms: 350 },
} as const;
