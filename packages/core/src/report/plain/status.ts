import type { RunStarted, Sample, Series } from '../../scenario/record.ts';
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

/** Heading lines over the status columns. */
export function statusHeading(series: readonly Series[]): string[] {
  const labels = series.map((one) => wrap(one.label, columnWidth(one)));
  const height = Math.max(0, ...labels.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    series
      .map((one, index) => {
        const lines = labels[index] ?? [];
        const text = lines[lines.length - height + line] ?? '';
        return ' '.repeat(columnGap) + padTo(text, columnWidth(one), 'right');
      })
      .join(''),
  );
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
