import type { Chart, RunStarted, Sample, Series } from '../../scenario/record.ts';
import { formatValue } from '../../scenario/format.ts';
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

/** What marks a series that a system tells of itself. */
export const ownWordMark = '°';

/** The label of a series; one that is the system's own word is marked. */
export const markedLabel = ({ label, ownWord }: Pick<Series, 'label' | 'ownWord'>): string =>
  ownWord === true ? `${label}${ownWordMark}` : label;

const longestWord = (text: string): number =>
  Math.max(...text.split(' ').map((word) => word.length));

/** One column of figures. */
export interface StatusColumn {
  readonly series: Series;
  readonly width: number;
}

/** The columns of some series, wide enough that no word of a label or of a chart's title is cut. */
export function statusColumns(
  series: readonly Series[],
  charts: readonly Chart[],
): readonly StatusColumn[] {
  return [...Map.groupBy(series, (one) => one.chart)].flatMap(([chart, own]) => {
    const columns = own.map((one) => ({
      series: one,
      width: Math.max(narrowest, longestWord(markedLabel(one))),
    }));
    const missing = widthOfTitle(titleOf(chart, charts)) - widthOfColumns(columns);
    const last = columns.at(-1);
    if (missing > 0 && last !== undefined) last.width += missing;
    return columns;
  });
}

const titleOf = (id: string, charts: readonly Chart[]): string =>
  charts.find((chart) => chart.id === id)?.title ?? id;

/** Titles of charts take no more lines than this, and the columns below are as wide as that takes. */
const mostTitleLines = 4;

function widthOfTitle(title: string): number {
  let width = longestWord(title);
  while (wrap(title, width).length > mostTitleLines) width += 1;
  return width;
}

const widthOfColumns = (columns: readonly StatusColumn[]): number =>
  columns.reduce((sum, { width }) => sum + columnGap + width, -columnGap);

/** The columns that fit beside each other, those of the most needed series first to be kept. */
export function pickColumns(started: RunStarted, width: number): readonly StatusColumn[] {
  const chosen = new Set<Series>();
  let columns: readonly StatusColumn[] = [];
  for (const one of inOrderOfNeed(started)) {
    const wanted = started.series.filter((each) => chosen.has(each) || each === one);
    const next = statusColumns(wanted, started.charts);
    if (widthOfColumns(next) + columnGap > width) continue;
    chosen.add(one);
    columns = next;
  }
  return columns;
}

/** The title of each chart over its columns, whole, on as many lines as it takes. */
function chartHeading(columns: readonly StatusColumn[], charts: readonly Chart[]): string[] {
  const groups = [...Map.groupBy(columns, ({ series }) => series.chart)].map(([chart, own]) => {
    const width = widthOfColumns(own);
    return { width, lines: wrap(titleOf(chart, charts), width) };
  });
  const height = Math.max(0, ...groups.map(({ lines }) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    groups
      .map(({ width, lines }) => {
        const text = lines[lines.length - height + line] ?? '';
        const isLast = line === height - 1 && text.length < width - 1;
        return (
          ' '.repeat(columnGap) + (isLast ? `${text} `.padEnd(width, '─') : padTo(text, width))
        );
      })
      .join(''),
  );
}

/** Heading lines over the status columns: the charts, and the series that each of them draws. */
export function statusHeading(
  columns: readonly StatusColumn[],
  charts: readonly Chart[],
): string[] {
  const labels = columns.map(({ series, width }) => wrap(markedLabel(series), width));
  const height = Math.max(0, ...labels.map((lines) => lines.length));
  const names = Array.from({ length: height }, (_, line) =>
    columns
      .map(({ width }, index) => {
        const lines = labels[index] ?? [];
        const text = lines[lines.length - height + line] ?? '';
        return ' '.repeat(columnGap) + padTo(text, width, 'right');
      })
      .join(''),
  );
  return [...chartHeading(columns, charts), ...names];
}

/** One row of figures. */
export interface StatusRow {
  readonly values: readonly (number | undefined)[];
  /** Samples that it stands for: seconds. */
  readonly samples: number;
  readonly text: string;
}

/** Figures that differ by no more than this share of the larger one are much the same. */
const alikeShare = { mean: 0.1, peak: 0.25 };

/** What comes at random varies by the root of its number: up to this many times that is nothing. */
const alikeDeviations = 3;

/** Samples between two status lines: rates and ratios by their mean, everything else by its peak. */
export class StatusWindow {
  readonly #columns: readonly StatusColumn[];
  readonly #sums = new Map<string, { sum: number; peak: number; count: number }>();

  constructor(columns: readonly StatusColumn[]) {
    this.#columns = columns;
  }

  get isEmpty(): boolean {
    return this.#sums.size === 0;
  }

  add(values: Sample['values']): void {
    for (const {
      series: { name },
    } of this.#columns) {
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

  /** The row of this window, which starts again empty. */
  take(): StatusRow {
    const values = this.#columns.map(({ series }) => {
      const seen = this.#sums.get(series.name);
      if (seen === undefined) return undefined;
      return isMean(series) ? seen.sum / seen.count : seen.peak;
    });
    const cells = this.#columns.map(
      ({ series: { unit }, width }, index) =>
        ' '.repeat(columnGap) + padTo(formatValue(values[index], unit), width, 'right'),
    );
    const samples = Math.max(0, ...[...this.#sums.values()].map(({ count }) => count));
    this.#sums.clear();
    return { values, samples, text: cells.join('') };
  }

  /** Whether nothing has happened from one row to another: every figure is much the same. */
  isAlike(before: StatusRow, row: StatusRow): boolean {
    return this.#columns.every(({ series }, index) => {
      const [a, b] = [before.values[index], row.values[index]];
      if (a === undefined || b === undefined) return a === b;
      // From nothing to something is news, however little it is.
      if ((a === 0) !== (b === 0)) return false;
      const size = Math.max(Math.abs(a), Math.abs(b));
      const share = isMean(series) ? alikeShare.mean : alikeShare.peak;
      const random =
        series.unit === 'per-second'
          ? alikeDeviations * Math.sqrt(size / Math.max(1, row.samples))
          : 0;
      return Math.abs(a - b) <= Math.max(share * size, random);
    });
  }
}

const isMean = ({ unit }: Series): boolean => unit === 'per-second' || unit === 'ratio';
