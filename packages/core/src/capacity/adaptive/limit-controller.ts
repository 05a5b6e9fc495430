/** What a controller sees of one window of time. */
export interface LoadWindow {
  readonly durationMs: number;
  readonly arrived: number;
  readonly dropped: number;
  /** Mean time of the handlers that ended, without their wait; NaN if none did. */
  readonly latencyMs: number;
  /** The most tasks that were in the pool at once. */
  readonly inFlight: number;
}

/** Sizes for the next window. */
export interface PoolLimits {
  readonly workers: number;
  readonly queueSize: number;
}

/** Changes the size of a pool to fit its load. Keeps state: one for each pool. */
export interface LimitController {
  readonly name: string;
  /** The limits after this window; the same object when nothing changes. */
  observe(window: LoadWindow): PoolLimits;
  readonly limits: PoolLimits;
}
