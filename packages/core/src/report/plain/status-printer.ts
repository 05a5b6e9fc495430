import type { Chart, Sample } from '../../scenario/record.ts';
import { type StatusColumn, statusHeading, type StatusRow, StatusWindow } from './status.ts';

export interface StatusPrinterOptions {
  readonly columns: readonly StatusColumn[];
  readonly charts: readonly Chart[];
  /** Virtual milliseconds from row to row. */
  readonly everyMs: number;
  /** A virtual time as the clock shows it. */
  readonly clock: (atMs: number) => string;
}

/**
 * Rows of figures as time goes by. Rows in which nothing has changed are held back; when something
 * happens they are one line, which says until when.
 */
export class StatusPrinter {
  readonly everyMs: number;
  readonly heading: readonly string[];
  readonly #window: StatusWindow;
  readonly #clock: (atMs: number) => string;
  #dueMs = Infinity;
  #last: StatusRow | undefined;
  #held: { readonly atMs: number; readonly line: string }[] = [];

  constructor({ columns, charts, everyMs, clock }: StatusPrinterOptions) {
    this.everyMs = everyMs;
    this.heading = statusHeading(columns, charts);
    this.#window = new StatusWindow(columns);
    this.#clock = clock;
  }

  startPhase(): void {
    this.#dueMs = this.everyMs;
    this.#last = undefined;
    this.#held = [];
  }

  /** Takes a sample; gives back the lines that are due. */
  add({ atMs, values }: Pick<Sample, 'atMs' | 'values'>): readonly string[] {
    this.#window.add(values);
    if (atMs < this.#dueMs) return [];
    this.#dueMs = (Math.floor(atMs / this.everyMs) + 1) * this.everyMs;
    if (this.#window.isEmpty) return [];
    const row = this.#window.take();
    const line = this.#lineOf(atMs, row);
    if (this.#last !== undefined && this.#window.isAlike(this.#last, row)) {
      this.#held.push({ atMs, line });
      return [];
    }
    const lines = [...this.unfold(), line];
    this.#last = row;
    return lines;
  }

  /** What was held back: something is about to be printed below it. */
  unfold(): readonly string[] {
    const held = this.#held;
    const last = held.at(-1);
    this.#held = [];
    if (last === undefined) return [];
    if (held.length === 1) return [last.line];
    return [`  ${this.#clock(last.atMs)}  ⋮ much the same until here`];
  }

  /** The row of what was measured since the last one, however short that is. */
  finish(atMs: number): readonly string[] {
    const lines = [...this.unfold()];
    if (!this.#window.isEmpty) {
      const row = this.#window.take();
      this.#last = row;
      lines.push(this.#lineOf(atMs, row));
    }
    return lines;
  }

  #lineOf(atMs: number, { text }: StatusRow): string {
    return `  ${this.#clock(atMs)}${text}`;
  }
}
