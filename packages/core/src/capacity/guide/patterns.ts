/** The guide's partitioned configuration: separate pools for fast and slow events. */
export const partitionExample = {
  fast: { workers: 5, queueSize: 10, processingMs: 1 },
  slow: { workers: 20, queueSize: 60, processingMs: 25 },
} as const;

/** The guide's adaptive rule: after five minutes of more than 5 % drops, a fifth more of everything. */
export const adaptiveRule = {
  dropRatioAbove: 0.05,
  sustainedMs: 300_000,
  workersFactor: 1.2,
  queueFactor: 1.2,
  restarts: true,
} as const;

/** The guide's pool in front of a dependency that may fail, behind a circuit breaker. */
export const circuitBreakerExample = {
  /** Share of failed calls at which the breaker opens. */
  failureThreshold: 0.1,
  /** Share of failed trial calls up to which it closes again. */
  recoveryThreshold: 0.01,
  workers: 15,
  queueSize: 45,
  timeoutMs: 5_000,
} as const;

/** What else makes a pool faster. */
export const optimisationTips = {
  handlers: [
    'Allocate little in a handler.',
    'Reuse large temporary objects.',
    'Batch: database writes, calls to others.',
    'Put a time limit on every call that leaves the process.',
    'Handle errors where they arise.',
  ],
  system: [
    'Size pools by measurement and calculation.',
    'Watch garbage collection.',
    'Profile the hot paths.',
    'Make slow operations asynchronous.',
    'Push back at the source when the pool is full.',
  ],
} as const;
