import { readFileSync } from 'node:fs';

/**
 * Rows of a Markdown table, cell by cell, that a document should have and has not. However wide its columns are, a row
 * is the same.
 *
 * @throws Error when the document cannot be read
 */
export function missingRows(
  document: string,
  rows: readonly (readonly (string | number)[])[],
): readonly string[] {
  const text = readFileSync(document, 'utf8').replaceAll(/ +/g, ' ');
  return rows
    .map((cells) => `| ${cells.map((cell) => cell.toLocaleString('en-US')).join(' | ')} |`)
    .filter((row) => !text.includes(row));
}
