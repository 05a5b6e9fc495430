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

/** The share of the judged time that is excused, over all storms. */
export function excusedShare(storms: readonly ExcusedTime[]): number {
  const { judgedMs, excusedMs } = sumOf(storms);
  return judgedMs === 0 ? 0 : excusedMs / judgedMs;
}

/**
 * Whether more is excused than may be: more than a fifth, beyond what the chance explains by which these storms were
 * drawn and not others. The standard error is that of a ratio of sums (Cochran, Sampling Techniques, 1977, 6.3).
 */
export function isExcusedTooMuch(storms: readonly ExcusedTime[]): boolean {
  const count = storms.length;
  if (count < enoughStorms) return false;
  const share = excusedShare(storms);
  const squares = storms.reduce(
    (sum, { judgedMs, excusedMs }) => sum + (excusedMs - share * judgedMs) ** 2,
    0,
  );
  const standardError = Math.sqrt((squares * count) / (count - 1)) / sumOf(storms).judgedMs;
  return share - z99 * standardError > mostExcused;
}

const sumOf = (storms: readonly ExcusedTime[]): ExcusedTime => ({
  judgedMs: storms.reduce((sum, { judgedMs }) => sum + judgedMs, 0),
  excusedMs: storms.reduce((sum, { excusedMs }) => sum + excusedMs, 0),
});
