import { styleText } from 'node:util';

/** What a recipe says. Claims are checked here: one that does not hold makes the exit code 1. */
export interface Output {
  /** The first line of all. */
  title(text: string): void;
  /** A heading for the next thing that happens. */
  step(title: string): void;
  /** Something that happened, or was measured. */
  line(text?: string): void;
  /** Rows in columns, the first row being their heads. Numbers stand to the right. */
  table(rows: readonly (readonly (string | number)[])[]): void;
  /** A claim of the recipe, with what was observed. */
  check(claim: string, holds: boolean, observed: string): void;
  readonly failedChecks: number;
}

export interface OutputStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

type Style = Parameters<typeof styleText>[0];

/** Writes to a stream; colours only where it is a terminal. */
export function createOutput(stream: OutputStream): Output {
  let failed = 0;
  const styled = (style: Style, text: string): string =>
    stream.isTTY === true ? styleText(style, text, { validateStream: true }) : text;
  const write = (text: string): void => {
    stream.write(`${text}\n`);
  };
  return {
    title(text) {
      write(styled('bold', text));
    },

    step(title) {
      write(`\n${styled('bold', title)}`);
    },

    line(text = '') {
      write(text === '' ? '' : `  ${text}`);
    },

    table(rows) {
      const widths = (rows[0] ?? []).map((_, column) =>
        Math.max(...rows.map((row) => String(row[column] ?? '').length)),
      );
      for (const row of rows) {
        const cells = widths.map((width, column) => {
          const cell = row[column] ?? '';
          return typeof cell === 'number' ? String(cell).padStart(width) : cell.padEnd(width);
        });
        write(`  ${cells.join('  ')}`.trimEnd());
      }
    },

    check(claim, holds, observed) {
      if (!holds) failed += 1;
      const mark = holds ? styled('green', 'holds ') : styled('red', 'BROKEN');
      const isShort = claim.length + observed.length < 88;
      write(`  ${mark} ${claim}:${isShort ? ' ' : '\n         '}${observed}`);
    },

    get failedChecks() {
      return failed;
    },
  };
}
