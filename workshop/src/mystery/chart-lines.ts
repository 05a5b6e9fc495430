import { formatClock, formatValue, type Unit } from '@firedrill/core/scenario';

const blocks = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
const width = 66;
const height = 6;
const labelWidth = 11;

export interface ChartOptions {
  readonly points: readonly (readonly [atMs: number, value: number])[];
  readonly unit: Unit;
  readonly startsAt: string;
  /** Virtual ms that the whole width stands for. */
  readonly spanMs: number;
}

/** A chart of blocks, at most 80 columns wide, with its highest value and its times. */
export function chartLines({ points, unit, startsAt, spanMs }: ChartOptions): readonly string[] {
  if (points.length === 0) return ['Nothing was measured.'];
  const cells = Array.from<number | undefined>({ length: width });
  for (const [atMs, value] of points) {
    const at = Math.min(width - 1, Math.max(0, Math.ceil((atMs / spanMs) * width) - 1));
    cells[at] = Math.max(cells[at] ?? value, value);
  }
  // Between two points the line goes on as it was.
  for (let at = 1; at < width; at += 1) cells[at] ??= cells[at - 1];
  const peak = Math.max(0, ...points.map(([, value]) => value));
  const levels = height * (blocks.length - 1);
  const rows = Array.from({ length: height }, (_, row) => {
    const label = row === 0 ? formatValue(peak, unit) : row === height - 1 ? '0' : '';
    const floor = (height - 1 - row) * (blocks.length - 1);
    const line = cells.map((value) => {
      if (value === undefined || peak <= 0 || value <= 0) return ' ';
      const level = Math.max(1, Math.ceil((value / peak) * levels));
      return blocks[Math.min(blocks.length - 1, Math.max(0, level - floor))];
    });
    return `${label.padStart(labelWidth)} │${line.join('').trimEnd()}`;
  });
  return [...rows, ' '.repeat(labelWidth) + ` └${'─'.repeat(width)}`, axis(startsAt, spanMs)];
}

/** Four times below the line. */
function axis(startsAt: string, spanMs: number): string {
  const marks = 4;
  const cell = Math.floor(width / marks);
  const times = Array.from({ length: marks }, (_, index) =>
    formatClock(startsAt, Math.round((index * cell * spanMs) / width)).padEnd(cell),
  );
  return `${' '.repeat(labelWidth + 2)}${times.join('')}`.trimEnd();
}
