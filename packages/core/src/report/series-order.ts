import type { RunStarted, Series } from '../scenario/record.ts';

/**
 * The series in the order in which a narrow view should drop the last ones: the first of every
 * chart, then the second of every chart, and so on; and those of charts that stand aside after all others.
 */
export function inOrderOfNeed({ series, charts }: Pick<RunStarted, 'charts' | 'series'>): Series[] {
  const aside = new Set(charts.flatMap(({ id, isAside }) => (isAside === true ? [id] : [])));
  const ranks = new Map<string, number>();
  const ranked = series.map((one) => {
    const rank = ranks.get(one.chart) ?? 0;
    ranks.set(one.chart, rank + 1);
    return { one, rank: aside.has(one.chart) ? rank + series.length : rank };
  });
  return ranked.toSorted((a, b) => a.rank - b.rank).map(({ one }) => one);
}
