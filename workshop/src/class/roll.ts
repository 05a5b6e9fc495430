import type { Message } from './message.ts';

/** One participant on the trainer's screen. */
export interface Row {
  readonly name: string;
  readonly step: string;
  readonly verdict: Message['verdict'];
  /** When it was said, in ms of the clock that the roll was given. */
  readonly atMs: number;
}

/** A row as the page shows it. */
export interface ShownRow extends Omit<Row, 'atMs'> {
  /** Whole seconds since the last word. */
  readonly secondsAgo: number;
}

/** What the trainer's page shows. */
export interface ClassState {
  readonly invitation: string;
  readonly rows: readonly ShownRow[];
}

/** A room holds fewer people. */
const mostPeople = 200;

/** Who is at which step: the last word of each name. */
export class Roll {
  readonly #rows = new Map<string, Row>();
  readonly #nowMs: () => number;
  #version = 0;

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** Grows with each change. */
  get version(): number {
    return this.#version;
  }

  /** Takes what somebody said. @returns whether there was room */
  take({ name, step, verdict }: Omit<Message, 'code'>): boolean {
    if (!this.#rows.has(name) && this.#rows.size >= mostPeople) return false;
    this.#rows.set(name, { name, step, verdict, atMs: this.#nowMs() });
    this.#version += 1;
    return true;
  }

  /** Everybody, by name. */
  rows(): readonly ShownRow[] {
    const now = this.#nowMs();
    return [...this.#rows.values()]
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ atMs, ...row }) => ({ ...row, secondsAgo: Math.floor((now - atMs) / 1_000) }));
  }
}
