import type { TableChanges } from './delivery.ts';
import type { Tables } from './step-context.ts';

/** An entry of a table with its version: 0 for one that is not there. */
export interface VersionedEntry {
  readonly value: unknown;
  readonly version: number;
}

/** Reads the stored entry. @param at table and key, see {@link placeIn} */
export type ReadEntry = (at: string) => VersionedEntry | Promise<VersionedEntry>;

/** Where an entry lies: table and key in one. */
export const placeIn = (table: string, key: string): string => `${table}/${key}`;

/** Tables as one attempt sees them: the stored entries, and over them what it has written. */
export class BufferedTables implements Tables<Record<string, unknown>> {
  readonly #readEntry: ReadEntry;
  #read: Map<string, number> | undefined;
  #written: Map<string, unknown> | undefined;

  constructor(readEntry: ReadEntry) {
    this.#readEntry = readEntry;
  }

  get(table: string, key: string): Promise<unknown> {
    const at = placeIn(table, key);
    if (this.#written?.has(at) === true) return Promise.resolve(this.#written.get(at));
    const found = this.#readEntry(at);
    return found instanceof Promise
      ? found.then((each) => this.#noted(at, each))
      : Promise.resolve(this.#noted(at, found));
  }

  #noted(at: string, { value, version }: VersionedEntry): unknown {
    this.#read ??= new Map();
    // The first version counts: what was decided rests on it.
    if (!this.#read.has(at)) this.#read.set(at, version);
    return value;
  }

  set(table: string, key: string, entry: unknown): void {
    this.#written ??= new Map();
    this.#written.set(placeIn(table, key), entry);
  }

  delete(table: string, key: string): void {
    this.set(table, key, undefined);
  }

  /** What was written, and the versions that it rests on; `undefined` when nothing was written. */
  changes(): TableChanges | undefined {
    if (this.#written === undefined) return undefined;
    return { read: this.#read ?? new Map(), written: this.#written };
  }
}
