import { TraceError } from '../errors.ts';

/** A file without line ends must not fill the memory. */
const longestLine = 1 << 24;

/** Cuts text that comes in pieces into lines, without their ends and without a byte order mark. */
export class LineSplitter {
  readonly #file: string;
  #rest = '';
  #line = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /** Calls back for each line that ends in this piece, with its number from 1. */
  split(piece: string, onLine: (text: string, line: number) => void): void {
    const lines = (this.#rest + piece).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#emit(line, onLine);
    if (this.#rest.length <= longestLine) return;
    throw new TraceError({
      file: this.#file,
      line: this.#line + 1,
      found: 'it has more than 16 MB without a line end',
      remedy: 'Write one row or one object a line; for JSON, jq -c does it.',
    });
  }

  end(onLine: (text: string, line: number) => void): void {
    if (this.#rest !== '') this.#emit(this.#rest, onLine);
    this.#rest = '';
  }

  #emit(raw: string, onLine: (text: string, line: number) => void): void {
    this.#line += 1;
    let text = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (this.#line === 1 && text.startsWith('\uFEFF')) text = text.slice(1);
    if (text.includes('\0')) {
      throw new TraceError({
        file: this.#file,
        line: this.#line,
        found: 'it is no text',
        remedy: 'Export the table as CSV, or the log as text or JSON Lines.',
      });
    }
    if (this.#line === 1 && text.includes('\r')) {
      throw new TraceError({
        file: this.#file,
        line: 1,
        found: 'its lines end with carriage returns alone',
        remedy: "Write line feeds, as tr '\\r' '\\n' does.",
      });
    }
    onLine(text, this.#line);
  }
}
