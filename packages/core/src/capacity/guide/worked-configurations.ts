/** A configuration that the guide works out, with its own figures. */
export interface WorkedConfiguration {
  readonly scenario: string;
  readonly description: string;
  readonly eventsPerSecond: number;
  readonly processingMs: number;
  readonly peakMultiplier: number;
  readonly burstFactor: number;
  readonly minWorkers: number;
  /** What the guide arrives at. */
  readonly workers: number;
  readonly queueSize: number;
  /** Handlers of an event, from and to. */
  readonly hookCount: readonly [number, number];
  /** What the guide expects to be dropped, and when. */
  readonly expectedDrops: ExpectedDrops;
  readonly dropRateAlert: number;
  /** Of an emit, which does not depend on the pool. */
  readonly latencyAlertMicros: number;
  readonly queueDepthAlert?: number;
  readonly efficiencyAlert?: number;
  readonly note?: string;
}

/** The drops that a guide promises, as it words them. */
export interface ExpectedDrops {
  readonly text: string;
  /** The rate to which the expectation refers. */
  readonly load: 'normal' | 'peak';
  /** Highest share that agrees with it; undefined where the guide names none. */
  readonly most?: number;
}

/**
 * The four worked configurations of the guide. In all of them workers and queue come from the normal
 * rate: the peak multiplier, although given, enters none of them.
 */
export const workedConfigurations: readonly WorkedConfiguration[] = [
  {
    scenario: 'api_request_logging',
    description: 'One log entry with basic metadata for each API request',
    eventsPerSecond: 1_000,
    processingMs: 1,
    peakMultiplier: 2,
    burstFactor: 3,
    minWorkers: 2,
    workers: 2,
    queueSize: 6,
    hookCount: [1, 5],
    expectedDrops: { text: '<0.1% under normal load', load: 'normal', most: 0.001 },
    dropRateAlert: 0.01,
    latencyAlertMicros: 5,
  },
  {
    scenario: 'data_transformation',
    description: 'Events are enriched by lookups and calls, then stored',
    eventsPerSecond: 500,
    processingMs: 10,
    peakMultiplier: 1.5,
    burstFactor: 3,
    minWorkers: 1,
    workers: 5,
    queueSize: 15,
    hookCount: [5, 15],
    expectedDrops: { text: '1-3% during peak load', load: 'peak', most: 0.03 },
    dropRateAlert: 0.05,
    latencyAlertMicros: 15,
    queueDepthAlert: 12,
  },
  {
    scenario: 'external_api_calls',
    description: 'Each event goes to services of others',
    eventsPerSecond: 200,
    processingMs: 50,
    peakMultiplier: 3,
    burstFactor: 3,
    minWorkers: 1,
    workers: 10,
    queueSize: 30,
    hookCount: [1, 10],
    expectedDrops: { text: 'variable, with the latency of the APIs', load: 'normal' },
    dropRateAlert: 0.1,
    latencyAlertMicros: 25,
    note: 'A time limit on each call is required.',
  },
  {
    scenario: 'analytics_ingestion',
    description: 'Many small events, aggregated in batches',
    eventsPerSecond: 10_000,
    processingMs: 2,
    peakMultiplier: 1.2,
    burstFactor: 2,
    minWorkers: 1,
    workers: 20,
    queueSize: 40,
    hookCount: [1, 25],
    expectedDrops: { text: '<0.5% with proper configuration', load: 'normal', most: 0.005 },
    dropRateAlert: 0.02,
    latencyAlertMicros: 10,
    efficiencyAlert: 0.75,
  },
];
