/** How much load arrives at each moment of a run. */
export interface LoadProfile {
  /** Length in milliseconds; no load arrives at or after it. */
  readonly durationMs: number;
  /** Expected arrivals per second at this many milliseconds since the start. */
  ratePerSecond(elapsedMs: number): number;
  /** No moment has a higher rate; Poisson arrivals are thinned from it. */
  readonly maxRatePerSecond: number;
  /** One line for people, e.g. "20/s for 30 min". */
  readonly description: string;
}

/** Checks a rate: RangeError that names the option unless finite and not negative. */
export function checkRate(option: string, value: number): void {
  if (!(value >= 0 && value < Infinity)) {
    throw new RangeError(`${option} must be a finite number of at least 0, got ${value}`);
  }
}

/** Checks a length of time: RangeError that names the option unless finite and positive. */
export function checkDuration(option: string, value: number): void {
  if (!(value > 0 && value < Infinity)) {
    throw new RangeError(`${option} must be a finite number of ms above 0, got ${value}`);
  }
}

/** A length of time for people: "30 min", "1.5 s", "250 ms". */
export function describeDuration(ms: number): string {
  if (ms < 1000) return `${round(ms)} ms`;
  if (ms < 120_000) return `${round(ms / 1000)} s`;
  return ms < 7_200_000 ? `${round(ms / 60_000)} min` : `${round(ms / 3_600_000)} h`;
}

/** A rate for people: "20/s". */
export function describeRate(perSecond: number): string {
  return `${round(perSecond)}/s`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
