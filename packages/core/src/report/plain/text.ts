import { stripVTControlCharacters, styleText } from 'node:util';
import { escaped } from '../../command-line/escaped.ts';

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
 * Text of a record as one line that a terminal can show: it can come from traces, faults and errors,
 * and must not move the cursor. Breaks become spaces, other control characters are written out.
 */
export function printable(text: string): string {
  return escaped(text.replaceAll(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' '));
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
