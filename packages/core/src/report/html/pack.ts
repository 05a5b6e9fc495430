const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** A column of figures as text: value = running sum of the decoded numbers / `factor`. */
export interface PackedColumn {
  readonly factor: number;
  readonly text: string;
}

/** Stands for a missing figure; it leaves the running sum as it is. */
const gap = '!';

function encode(delta: number): string {
  // The sign goes to the lowest bit, then groups of five bits, the lowest first (as in source maps).
  let rest = delta < 0 ? -delta * 2 + 1 : delta * 2;
  let text = '';
  do {
    const low = rest % 32;
    rest = Math.floor(rest / 32);
    text += digits[rest > 0 ? low + 32 : low] ?? '';
  } while (rest > 0);
  return text;
}

/**
 * Packs figures as base-64 digits of their differences: one or two bytes a figure where JSON takes
 * five to ten. Figures are rounded to `1 / factor`.
 */
export function packColumn(values: readonly number[], factor: number): PackedColumn {
  let last = 0;
  let text = '';
  for (const value of values) {
    if (!Number.isFinite(value)) {
      text += gap;
      continue;
    }
    const scaled = Math.round(value * factor);
    text += encode(scaled - last);
    last = scaled;
  }
  return { factor, text };
}

/**
 * How finely a series is kept: steps of a thousandth of its peak's power of ten, and at least
 * tenths where small figures are to be told apart (a logarithmic chart).
 */
export function packFactor(peak: number, scale: 'linear' | 'log'): number {
  const power = peak > 0 ? Math.floor(Math.log10(peak)) : 0;
  const factor = 10 ** Math.min(6, Math.max(0, 3 - power));
  return scale === 'log' ? Math.max(10, factor) : factor;
}
