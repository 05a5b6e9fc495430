import type { Chart } from '../../scenario/record.ts';

/** The y axis of a chart, shared by its phases so that they can be compared. */
export interface YScale {
  readonly ticks: readonly number[];
  /** Share of the height at which a value lies, from 0 at the bottom; none where it has no place. */
  readonly at: (value: number) => number | undefined;
}

/** @param values of every series in every phase; `NaN` is no value */
export function yScale(scale: Chart['scale'], values: Iterable<number>): YScale {
  let least = Infinity;
  let most = 0;
  for (const value of values) {
    if (value > most) most = value;
    if (value > 0 && value < least) least = value;
  }
  return scale === 'log' ? logarithmic(least, most) : linear(most);
}

function linear(most: number): YScale {
  const step = niceStep((most === 0 ? 1 : most) / 4);
  const count = Math.ceil((most === 0 ? 1 : most) / step);
  const top = step * count;
  return {
    ticks: Array.from({ length: count + 1 }, (_, index) => index * step),
    at: (value) => (Number.isNaN(value) ? undefined : value / top),
  };
}

/** Whole powers of ten; a logarithm of zero has no place. */
function logarithmic(least: number, most: number): YScale {
  const from = most === 0 ? 0 : Math.floor(Math.log10(least));
  const to = Math.max(from + 1, most === 0 ? 1 : Math.ceil(Math.log10(most)));
  return {
    ticks: Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index)),
    at: (value) => (value > 0 ? (Math.log10(value) - from) / (to - from) : undefined),
  };
}

/** The next of 1, 2, 5, 10, 20, … from a width on. */
export function niceStep(width: number): number {
  const power = 10 ** Math.floor(Math.log10(width));
  return ([1, 2, 5].find((one) => one * power >= width) ?? 10) * power;
}

const timeSteps = [
  1, 5, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400,
];

/** Virtual times to write below the x axis, at most `most` of them, on whole steps of the clock. */
export function timeTicks(startMs: number, spanMs: number, most: number): readonly number[] {
  const widthMs = spanMs / most;
  const stepMs = (timeSteps.find((step) => step * 1_000 >= widthMs) ?? 86_400) * 1_000;
  const first = Math.ceil(startMs / stepMs) * stepMs - startMs;
  const ticks: number[] = [];
  for (let atMs = first; atMs <= spanMs; atMs += stepMs) ticks.push(atMs);
  return ticks;
}
