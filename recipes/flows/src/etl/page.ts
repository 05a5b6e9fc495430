/**
 * Pages of a source: one row a line, sorted by key, and a last line that says how many there are. A page that breaks
 * off has no last line.
 */

/** Place of a row in its source: the time of its last change, to the millisecond, then its id. Sorts as text. */
export const keyOf = (updatedAtMs: number, id: string): string =>
  `${String(Math.max(0, Math.floor(updatedAtMs))).padStart(15, '0')} ${id}`;

export const timeOfKey = (key: string): number => Number(key.slice(0, 15));

export interface Page {
  readonly lines: readonly { readonly key: string; readonly line: string }[];
}

/** Writes a page as the sources do. */
export const pageText = ({ lines }: Page): string =>
  [...lines.map(({ key, line }) => `${key}\t${line}`), `end\t${lines.length}`].join('\n');

/** @throws Error when the page is not whole: it has to be read again. */
export function readPage(text: string): Page {
  const all = text.split('\n');
  const [word, count] = all.at(-1)?.split('\t') ?? [];
  const lines = all.slice(0, -1).map((each) => {
    const tab = each.indexOf('\t');
    return { key: each.slice(0, tab), line: each.slice(tab + 1) };
  });
  if (word !== 'end' || Number(count) !== lines.length) {
    throw new Error(
      `Failed to read a page: it breaks off after ${lines.length} lines. Read it again.`,
    );
  }
  return { lines };
}

/**
 * What is new in a page that was asked for from behind a key.
 *
 * @throws Error when all of it was there before: the source has sent an old page once more, which is not its end.
 */
export function newIn(page: Page, after: string): Page {
  const lines = page.lines.filter(({ key }) => key > after);
  if (lines.length === 0 && page.lines.length > 0) {
    throw new Error('Failed to read a page: it is one that was there before. Read it again.');
  }
  return { lines };
}
