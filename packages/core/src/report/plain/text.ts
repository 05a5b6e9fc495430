import { stripVTControlCharacters, styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

/** Colours a piece of text, or leaves it as it is. */
export type Paint = (format: Format, text: string) => string;

/** A painter that always or never colours: who calls it has looked at the stream already. */
export function painter(colors: boolean): Paint {
  if (!colors) return (_format, text) => text;
  return (format, text) => styleText(format, text, { validateStream: false });
}

/** Whether text for this stream should be coloured: a terminal, `NO_COLOR` and `FORCE_COLOR` heeded. */
export function wantsColors(stream: NodeJS.WritableStream): boolean {
  return styleText('bold', 'x', { stream }) !== 'x';
}

/** Columns that the text takes, escapes left out. */
export function widthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}

/**
 * Replaces control characters by spaces: text in a record can come from traces and faults of the
 * user, and must not move the cursor.
 */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what this looks for
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}

/** Breaks text at spaces into lines of at most `width` columns; a longer word is cut. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (let word of printable(text).split(' ')) {
    if (word === '') continue;
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    while (word.length > width) {
      lines.push(word.slice(0, width));
      word = word.slice(width);
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '') lines.push(line);
  return lines;
}

/** Like {@link wrap}, the first line after `lead` and the others under it. */
export function hang(lead: string, text: string, width: number): string[] {
  const indent = widthOf(lead);
  return wrap(text, Math.max(20, width - indent)).map((line, index) =>
    index === 0 ? lead + line : ' '.repeat(indent) + line,
  );
}

/** Pads to `width` columns; escapes take none. */
export function padTo(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const gap = ' '.repeat(Math.max(0, width - widthOf(text)));
  return align === 'left' ? text + gap : gap + text;
}
