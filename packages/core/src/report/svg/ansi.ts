/** A stretch of text in one style. */
export interface Run {
  readonly text: string;
  readonly isBold: boolean;
  readonly isDim: boolean;
  readonly isItalic: boolean;
  /** Colour 0 to 15 of a terminal; the default ink when missing. */
  readonly color?: number;
}

type Style = Omit<Run, 'text'>;

const plain: Style = { isBold: false, isDim: false, isItalic: false };

// oxlint-disable-next-line no-control-regex -- escapes of styleText are what this looks for
const escapes = /\u001b\[([0-9;]*)m/g;

/** The style after one number of an SGR escape (ECMA-48, 8.3.117); unknown numbers change nothing. */
function restyle(style: Style, code: number): Style {
  if (code === 0) return plain;
  if (code === 1) return { ...style, isBold: true };
  if (code === 2) return { ...style, isDim: true };
  if (code === 3) return { ...style, isItalic: true };
  if (code === 22) return { ...style, isBold: false, isDim: false };
  if (code === 23) return { ...style, isItalic: false };
  if (code >= 30 && code <= 37) return { ...style, color: code - 30 };
  if (code >= 90 && code <= 97) return { ...style, color: code - 82 };
  if (code !== 39) return style;
  const { color: _color, ...rest } = style;
  return rest;
}

/** Splits a line at its colour escapes; a style ends with its line. */
export function parseAnsi(line: string): Run[] {
  const runs: Run[] = [];
  let style = plain;
  let from = 0;
  const push = (text: string) => {
    if (text !== '') runs.push({ text, ...style });
  };
  for (const match of line.matchAll(escapes)) {
    push(line.slice(from, match.index));
    for (const code of (match[1] ?? '').split(';')) style = restyle(style, Number(code));
    from = match.index + match[0].length;
  }
  push(line.slice(from));
  return runs;
}
