/** What each call of an order takes on an ordinary day. */
export const latencies = {
  stock: { p50Ms: 3, p99Ms: 10 },
  /** One more machine has it first, in the same zone. */
  replicatedStock: { p50Ms: 4.5, p99Ms: 12 },
  sagas: { p50Ms: 3, p99Ms: 10 },
  payments: { p50Ms: 180, p99Ms: 450 },
  shipping: { p50Ms: 120, p99Ms: 350 },
  deliveries: { p50Ms: 20, p99Ms: 60 },
  mail: { p50Ms: 80, p99Ms: 200 },
} as const;
