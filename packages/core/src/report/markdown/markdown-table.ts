/** Text that stands for itself in Markdown, on one line, in a table as well. */
export const escapedMarkdown = (text: string): string =>
  text
    .replaceAll(/[\\`*_[\]<>|#~]/g, String.raw`\$&`)
    // oxlint-disable-next-line no-control-regex -- control characters are what this looks for
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ');

export interface MarkdownTable {
  /** Headings and cells are Markdown already. */
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns from this one on are figures, and aligned to the right. Default: none is. */
  readonly figuresFrom?: number;
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** A table of GitHub-flavoured Markdown. */
export function markdownTable({ headings, rows, figuresFrom }: MarkdownTable): string {
  const rule = headings.map((_, index) =>
    figuresFrom !== undefined && index >= figuresFrom ? '---:' : '---',
  );
  return [line(headings), line(rule), ...rows.map(line)].join('\n');
}
