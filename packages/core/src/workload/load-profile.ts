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
  /**
   * The whole duration cut where the rate changes its way, in order and without gaps. Arrivals then
   * cost nothing where no load comes, and are exact where the rate is straight. Without it the whole
   * is one piece of unknown shape.
   */
  readonly pieces?: readonly LoadPiece[];
}

/** A stretch of a profile in which its rate goes one way. */
export interface LoadPiece {
  readonly fromMs: number;
  readonly toMs: number;
  /** No moment of the stretch has a higher rate. */
  readonly maxRatePerSecond: number;
  /** Over so many ms the rate is as good as a straight line; Infinity when it is one. */
  readonly straightForMs: number;
}

/** Cells in which a rate of unknown shape is taken for straight: a millisecond each, up to an hour. */
const maxCells = 3_600_000;

/** How a profile is cut: its own pieces, or the whole as one of unknown shape. */
export function piecesOf(profile: LoadProfile): readonly LoadPiece[] {
  const { durationMs, maxRatePerSecond, pieces } = profile;
  const straightForMs = Math.max(1, durationMs / maxCells);
  return pieces ?? [{ fromMs: 0, toMs: durationMs, maxRatePerSecond, straightForMs }];
}

/** The pieces of a profile whose rate is straight between these moments; empty ones are left out. */
export function straightPieces(
  ratePerSecond: (elapsedMs: number) => number,
  cutsMs: readonly number[],
): LoadPiece[] {
  return cutsMs.flatMap((toMs, index) => {
    const fromMs = index === 0 ? 0 : (cutsMs[index - 1] ?? 0);
    if (toMs <= fromMs) return [];
    // The end of a piece may be the first moment of another rate: the middle tells where it leads.
    const begin = ratePerSecond(fromMs);
    const end = 2 * ratePerSecond(fromMs + (toMs - fromMs) / 2) - begin;
    return [{ fromMs, toMs, maxRatePerSecond: Math.max(begin, end), straightForMs: Infinity }];
  });
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
