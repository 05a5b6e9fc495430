import { type Markup, markup } from '../html/markup.ts';
import { widthOf } from '../plain/text.ts';
import { parseAnsi, type Run } from './ansi.ts';

/** The title of the window, and its width in columns. */
export interface TerminalSvgOptions {
  /** Text in the title bar, and the picture's name for people who do not see it. */
  readonly title: string;
  /** Columns of the window. Default: those of the longest line. */
  readonly columns?: number;
}

const cell = { width: 8.4, height: 19 } as const;
const margin = 20;
const barHeight = 38;
const ink = '#e6e4e0';
const palette = [
  '#6e6a65',
  '#ff8a80',
  '#7bd88f',
  '#f4c76a',
  '#7ab8f5',
  '#d9a0f3',
  '#62d3dc',
  '#e6e4e0',
  '#8d8983',
  '#ffaba3',
  '#a4e7b2',
  '#f9dc9e',
  '#a5d0fa',
  '#e7c4f8',
  '#97e5eb',
  '#ffffff',
] as const;

/** Widths of fonts differ, so each run says where it begins and how long it is. */
function runMarkup(run: Run, column: number, y: number): Markup {
  const fill = run.color === undefined ? ink : (palette[run.color] ?? ink);
  const look = [
    run.isBold && markup` font-weight="bold"`,
    run.isItalic && markup` font-style="italic"`,
    run.isDim && markup` opacity="0.62"`,
  ];
  const x = (margin + column * cell.width).toFixed(1);
  const length = (run.text.length * cell.width).toFixed(1);
  return markup`<text x="${x}" y="${y}" textLength="${length}" fill="${fill}"${look}>${run.text}</text>`;
}

function lineMarkup(line: string, row: number): Markup {
  const y = barHeight + margin + row * cell.height;
  let column = 0;
  const pieces: Markup[] = [];
  for (const run of parseAnsi(line)) {
    // Viewers collapse blanks: what stands between two of them gets a place of its own.
    for (const { 0: text, index } of run.text.matchAll(/\S+(?: \S+)*/g)) {
      pieces.push(runMarkup({ ...run, text }, column + index, y));
    }
    column += run.text.length;
  }
  return markup`${pieces}`;
}

/**
 * Lines of a terminal, colours included, as a picture that needs no font and no script of its own.
 *
 * @param lines text with the escapes of `styleText`, one column a character
 */
export function terminalSvg(lines: readonly string[], options: TerminalSvgOptions): string {
  const columns = options.columns ?? Math.max(20, ...lines.map(widthOf));
  const width = Math.ceil(columns * cell.width + 2 * margin);
  const height = barHeight + lines.length * cell.height + margin;
  const lights = ['#ff5f57', '#febc2e', '#28c840'].map(
    (fill, index) => markup`<circle cx="${22 + index * 20}" cy="19" r="6" fill="${fill}"/>`,
  );
  const { title } = options;
  const bar = `M0 ${barHeight}V10a10 10 0 0 1 10-10H${width - 10}a10 10 0 0 1 10 10V${barHeight}z`;
  const picture = markup`<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${title}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<title>${title}</title>
<rect width="${width}" height="${height}" rx="10" fill="#17181a"/>
<path d="${bar}" fill="#26282b"/>
${lights}
<text x="${width / 2}" y="24" text-anchor="middle" fill="#a5a29d" font-family="system-ui,sans-serif" font-size="13">${title}</text>
<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,DejaVu Sans Mono,monospace" font-size="14">
${lines.map((line, row) => markup`${lineMarkup(line, row)}\n`)}</g>
</svg>
`;
  return picture.text;
}
