/** Where the text of a column stands. */
export type Align = 'left' | 'right';

/**
 * A Markdown table that is also aligned as plain text, so that it can be pasted into a change request
 * and read in a terminal.
 */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  alignOf: (column: number) => Align = (column) => (column === 0 ? 'left' : 'right'),
): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, column) =>
    Math.max(3, ...cells.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => padded(row[column] ?? '', width, alignOf(column))).join(' | ')} |`;
  const rule = widths.map((width, column) =>
    alignOf(column) === 'right' ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  );
  const [first = [], ...others] = cells;
  return [line(first), `| ${rule.join(' | ')} |`, ...others.map(line)].join('\n');
}

function padded(text: string, width: number, align: Align): string {
  const fill = ' '.repeat(Math.max(0, width - text.length));
  return align === 'right' ? fill + text : text + fill;
}
