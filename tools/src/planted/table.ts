import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../workspace.ts';
import type { Found } from './find-bug.ts';

const file = join(root, 'docs/planted-bugs.md');

/** Writes the table of an example between its marks. */
export async function writeTable(
  example: string,
  rows: readonly Found[],
  most: number,
): Promise<void> {
  const begin = `<!-- measured: planted ${example} -->`;
  const end = '<!-- /measured -->';
  const text = await readFile(file, 'utf8');
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from === -1 || to === -1)
    throw new RangeError(`Failed to write ${file}: it has no ${begin}.`);
  await writeFile(
    file,
    text.slice(0, from) + `${begin}\n\n${tableOf(rows, most)}\n` + text.slice(to),
  );
}

/** The table of one example, in Markdown. */
export function tableOf(rows: readonly Found[], most: number): string {
  const found = rows.filter(({ rule }) => rule !== undefined);
  const middle = medianOf(rows.map(({ rule, seeds }) => (rule === undefined ? Infinity : seeds)));
  const lines = rows.map(
    ({ name, flaw, rule, seeds, cpuSeconds }) =>
      `| \`${name}\` | ${flaw} | ${rule === undefined ? `not found in ${most} seeds` : `\`${rule}\``} | ` +
      `${rule === undefined ? '–' : seeds} | ${cpuSeconds.toFixed(1)} |`,
  );
  return [
    `${found.length} of ${rows.length} found by seeds 1 to ${most}${inTheMiddle(middle)}.`,
    '',
    '| bug | what is wrong | found by | seeds | seconds of one processor |',
    '| --- | --- | --- | ---: | ---: |',
    ...lines,
    '',
  ].join('\n');
}

/** Who was not found counts as later than everybody. */
function inTheMiddle(middle: number | undefined): string {
  return middle === undefined || middle === Infinity ? '' : `, the median after ${middle} seeds`;
}

/** The middle one; the lower of two. `undefined` of nothing. */
export function medianOf(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}
