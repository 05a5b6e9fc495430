import { padTo, widthOf, wrap } from './text.ts';

export interface GridColumn {
  readonly heading: string;
  readonly align: 'left' | 'right';
}

export interface Grid {
  readonly columns: readonly GridColumn[];
  /** One cell for each column; cells may carry escapes. */
  readonly rows: readonly (readonly string[])[];
  /** Width to fit in. A grid that is wider goes on below, its first column repeated. */
  readonly width: number;
  readonly heading?: (text: string) => string;
}

const gap = '  ';

/** Widths with each heading on one line if all of that fits, or else broken at its spaces. */
function columnWidths(grid: Grid): number[] {
  const widths = (parts: (heading: string) => readonly string[]) =>
    grid.columns.map(({ heading }, index) => {
      const cells = grid.rows.map((row) => widthOf(row[index] ?? ''));
      return Math.max(3, ...cells, ...parts(heading).map((part) => part.length));
    });
  const wide = widths((heading) => [heading]);
  const total = wide.reduce((sum, size) => sum + size + gap.length, -gap.length);
  return total <= grid.width ? wide : widths((heading) => heading.split(' '));
}

/** Splits the columns after the first into groups that fit beside it. */
function groups(widths: readonly number[], width: number): number[][] {
  const [first = 0] = widths;
  const found: number[][] = [[]];
  let used = first;
  for (const [index, size] of widths.entries()) {
    if (index === 0) continue;
    if (used + gap.length + size > width && found.at(-1)?.length !== 0) {
      found.push([]);
      used = first;
    }
    found.at(-1)?.push(index);
    used += gap.length + size;
  }
  return found;
}

function renderGroup(grid: Grid, widths: readonly number[], indexes: readonly number[]): string[] {
  const paint = grid.heading ?? ((text: string) => text);
  const headings = indexes.map((index) =>
    wrap(grid.columns[index]?.heading ?? '', widths[index] ?? 3),
  );
  const height = Math.max(...headings.map((lines) => lines.length));
  const join = (cells: readonly string[]) =>
    cells
      .map((cell, at) => {
        const index = indexes[at] ?? 0;
        return padTo(cell, widths[index] ?? 3, grid.columns[index]?.align ?? 'left');
      })
      .join(gap)
      .trimEnd();
  const head = Array.from({ length: height }, (_, line) =>
    paint(join(headings.map((lines) => lines[lines.length - height + line] ?? ''))),
  );
  const rule = paint(indexes.map((index) => '─'.repeat(widths[index] ?? 3)).join(gap));
  return [...head, rule, ...grid.rows.map((row) => join(indexes.map((index) => row[index] ?? '')))];
}

/** Aligned columns under headings that break at spaces. */
export function renderGrid(grid: Grid): string[] {
  const widths = columnWidths(grid);
  const lines: string[] = [];
  for (const indexes of groups(widths, grid.width)) {
    if (lines.length > 0) lines.push('');
    lines.push(...renderGroup(grid, widths, [0, ...indexes]));
  }
  return lines;
}
