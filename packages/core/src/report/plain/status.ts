import type { Chart, RunStarted, Sample, Series } from '../../scenario/record.ts';
import { formatValue } from '../format.ts';
import { inOrderOfNeed } from '../series-order.ts';
import { padTo, wrap } from './text.ts';

const minute = 60_000;
const steps = [1_000, 2_000, 5_000, 10_000, 15_000, 30_000].concat(
  [1, 2, 3, 5, 10, 15, 20, 30, 60, 120, 180, 360, 720, 1_440].map((minutes) => minutes * minute),
);

/** How often a status line is due, so that a phase shows about fifteen: 45 min gives 3 min. */
export function statusEveryMs(durationMs: number): number {
  return steps.find((step) => durationMs / step <= 16) ?? Math.ceil(durationMs / 15);
}

const columnGap = 2;
const narrowest = 8;

function columnWidth(series: Series): number {
  return Math.max(narrowest, ...series.label.split(' ').map((word) => word.length));
}

/** The series that fit beside each other, the most needed ones first to be kept. */
export function pickSeries(started: RunStarted, width: number): Series[] {
  const chosen = new Set<Series>();
  let used = 0;
  for (const one of inOrderOfNeed(started)) {
    const size = columnWidth(one) + columnGap;
    if (used + size > width) continue;
    chosen.add(one);
    used += size;
  }
  return started.series.filter((one) => chosen.has(one));
}

/** The whole words of a title that fit, and a rule over the rest of the columns. */
function ruledTitle(title: string, width: number): string {
  // The blank before the next title may be used, but for one column.
  const [words = ''] = wrap(title, width + columnGap - 1);
  const text = words.replace(/[,;:]$/, '');
  return text.length < width - 1 ? `${text} `.padEnd(width, '─') : text;
}

/** The title of each chart over its columns. */
function chartHeading(series: readonly Series[], charts: readonly Chart[]): string {
  let line = '';
  let end = 0;
  for (const [chart, own] of Map.groupBy(series, (one) => one.chart)) {
    const title = charts.find(({ id }) => id === chart)?.title ?? chart;
    const width = own.reduce((sum, one) => sum + columnGap + columnWidth(one), 0) - columnGap;
    line = line.padEnd(end + columnGap) + ruledTitle(title, width);
    end += columnGap + width;
  }
  return line;
}

/** Heading lines over the status columns: the charts, and the series that each of them draws. */
export function statusHeading(series: readonly Series[], charts: readonly Chart[]): string[] {
  const labels = series.map((one) => wrap(one.label, columnWidth(one)));
  const height = Math.max(0, ...labels.map((lines) => lines.length));
  const names = Array.from({ length: height }, (_, line) =>
    series
      .map((one, index) => {
        const lines = labels[index] ?? [];
        const text = lines[lines.length - height + line] ?? '';
        return ' '.repeat(columnGap) + padTo(text, columnWidth(one), 'right');
      })
      .join(''),
  );
  return [chartHeading(series, charts), ...names];
}

/** Samples between two status lines: rates and ratios by their mean, everything else by its peak. */
export class StatusWindow {
  readonly #series: readonly Series[];
  readonly #sums = new Map<string, { sum: number; peak: number; count: number }>();

  constructor(series: readonly Series[]) {
    this.#series = series;
  }

  get isEmpty(): boolean {
    return this.#sums.size === 0;
  }

  add(values: Sample['values']): void {
    for (const { name } of this.#series) {
      const value = values[name];
      if (value === undefined) continue;
      const seen = this.#sums.get(name);
      if (seen === undefined) {
        this.#sums.set(name, { sum: value, peak: value, count: 1 });
        continue;
      }
      seen.sum += value;
      seen.count += 1;
      seen.peak = Math.max(seen.peak, value);
    }
  }

  /** The columns as text; the window starts again empty. */
  take(): string {
    const cells = this.#series.map((one) => {
      const seen = this.#sums.get(one.name);
      const isMean = one.unit === 'per-second' || one.unit === 'ratio';
      const value = seen === undefined ? undefined : isMean ? seen.sum / seen.count : seen.peak;
      return ' '.repeat(columnGap) + padTo(formatValue(value, one.unit), columnWidth(one), 'right');
    });
    this.#sums.clear();
    return cells.join('');
  }
}
