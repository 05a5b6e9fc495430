const blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** A logarithmic line shows this many powers of ten below its peak. */
const logDecades = 3;

export interface SparklineOptions {
  /** `atMs` of each value, ascending. */
  readonly times: readonly number[];
  readonly values: readonly number[];
  /** Virtual milliseconds that the whole line stands for. */
  readonly spanMs: number;
  /** Cells of the line. */
  readonly width: number;
  /** The value drawn at full height. */
  readonly peak: number;
  readonly scale: 'linear' | 'log';
}

/**
 * A line of blocks over a fixed span of time; each cell is the peak of its part, and blank where
 * nothing was measured yet. Zero has a height of its own, so that "none" differs from "few".
 */
export function sparkline(options: SparklineOptions): string {
  const { times, values, spanMs, width, peak, scale } = options;
  const cells = Array.from<number>({ length: Math.max(0, width) }).fill(Number.NaN);
  for (const [index, atMs] of times.entries()) {
    const cell = Math.min(width - 1, Math.max(0, Math.ceil((atMs / spanMs) * width) - 1));
    const value = values[index] ?? Number.NaN;
    const before = cells[cell] ?? Number.NaN;
    cells[cell] = Number.isNaN(before) ? value : Math.max(before, value);
  }
  const height = (value: number): number =>
    scale === 'log' ? 1 + Math.log10(value / peak) / logDecades : value / peak;
  return cells
    .map((value) => {
      if (Number.isNaN(value)) return ' ';
      if (value <= 0 || peak <= 0) return blocks[0];
      const level = Math.ceil(height(value) * (blocks.length - 1));
      return blocks[Math.min(blocks.length - 1, Math.max(1, level))];
    })
    .join('');
}
