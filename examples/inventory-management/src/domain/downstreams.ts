/** Everybody who wants to know when the stock of a product changes, and how long telling takes. */
export const downstreamLatencies = {
  search: { p50Ms: 40, p99Ms: 120 },
  pricing: { p50Ms: 30, p99Ms: 90 },
  recommendations: { p50Ms: 60, p99Ms: 180 },
  warehouse: { p50Ms: 70, p99Ms: 200 },
  catalogue: { p50Ms: 35, p99Ms: 100 },
  marketplace: { p50Ms: 90, p99Ms: 260 },
  ads: { p50Ms: 60, p99Ms: 160 },
  analytics: { p50Ms: 40, p99Ms: 110 },
  replenishment: { p50Ms: 80, p99Ms: 220 },
  pickup: { p50Ms: 45, p99Ms: 120 },
  alerts: { p50Ms: 50, p99Ms: 140 },
  partners: { p50Ms: 100, p99Ms: 300 },
} as const;

export type Downstream = keyof typeof downstreamLatencies;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of the constant above
export const downstreamNames = Object.keys(downstreamLatencies) as readonly Downstream[];
