/** One row of a trace, whatever it is written in, before its figures are understood. */
export interface TraceRecord {
  /** Where it stands in the file, from 1. */
  readonly line: number;
  readonly names: readonly string[];
  /** Text, number, boolean or object; undefined when it is missing, blank or null. */
  value(name: string): unknown;
}

/** A value as it goes into a message: quoted by JSON, and cut after 60 characters. */
export function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Names as they go into a message: the first twelve. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 12).join(', ') || 'none';
  return names.length > 12 ? `${shown}, and ${names.length - 12} more` : shown;
}

/** An object of JSON; fields of fields are reached with a dot, as in `data.time`. */
export class JsonRecord implements TraceRecord {
  readonly line: number;
  readonly #object: Readonly<Record<string, unknown>>;

  constructor(line: number, object: Readonly<Record<string, unknown>>) {
    this.line = line;
    this.#object = object;
  }

  get names(): readonly string[] {
    return Object.keys(this.#object);
  }

  value(name: string): unknown {
    const own = this.#object[name];
    if (own !== undefined || !name.includes('.')) return known(own);
    let found: unknown = this.#object;
    for (const part of name.split('.')) {
      if (!isObject(found)) return undefined;
      found = found[part];
    }
    return known(found);
  }
}

/** A row of a table, under its header. */
export class TableRecord implements TraceRecord {
  readonly line: number;
  readonly #header: TableHeader;
  readonly #cells: readonly string[];

  constructor(line: number, header: TableHeader, cells: readonly string[]) {
    this.line = line;
    this.#header = header;
    this.#cells = cells;
  }

  get names(): readonly string[] {
    return this.#header.names;
  }

  value(name: string): string | undefined {
    const index = this.#header.indexOf.get(name);
    const text = index === undefined ? '' : (this.#cells[index] ?? '').trim();
    return text === '' ? undefined : text;
  }
}

export interface TableHeader {
  /** As they stand there. */
  readonly cells: readonly string[];
  /** Without blank ones, which spreadsheets leave at the end. */
  readonly names: readonly string[];
  readonly indexOf: ReadonlyMap<string, number>;
  /** Cells of a row. */
  readonly width: number;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function known(value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  return typeof value === 'string' && value.trim() === '' ? undefined : value;
}
