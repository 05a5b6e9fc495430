/** What of a storm is judged, and what faults excuse of it, both in ms. */
export interface ExcusedTime {
  readonly judgedMs: number;
  readonly excusedMs: number;
}

/** At the most this share of the time that is judged may be excused. */
const mostExcused = 0.2;

/** Fewer storms than these say nothing of shares: one of them may be a long outage. */
const enoughStorms = 30;

/** Standard normal quantile of the one-sided 99 % interval. */
const z99 = 2.326_347_9;

/** What is excused of many storms. */
export interface ExcusedOverAll extends ExcusedTime {
  /** Of the judged time; 0 when nothing was judged. */
  readonly excusedShare: number;
}

export function excusedIn(storms: readonly ExcusedTime[]): ExcusedOverAll {
  const judgedMs = storms.reduce((sum, storm) => sum + storm.judgedMs, 0);
  const excusedMs = storms.reduce((sum, storm) => sum + storm.excusedMs, 0);
  return { judgedMs, excusedMs, excusedShare: judgedMs === 0 ? 0 : excusedMs / judgedMs };
}

/**
 * Whether more is excused than may be: more than a fifth, beyond what the chance explains by which these storms were
 * drawn and not others. The standard error is that of a ratio of sums (Cochran, Sampling Techniques, 1977, 6.3).
 */
export function isExcusedTooMuch(storms: readonly ExcusedTime[]): boolean {
  const count = storms.length;
  if (count < enoughStorms) return false;
  const { judgedMs: allMs, excusedShare: share } = excusedIn(storms);
  const squares = storms.reduce(
    (sum, { judgedMs, excusedMs }) => sum + (excusedMs - share * judgedMs) ** 2,
    0,
  );
  const standardError = Math.sqrt((squares * count) / (count - 1)) / allMs;
  return share - z99 * standardError > mostExcused;
}
