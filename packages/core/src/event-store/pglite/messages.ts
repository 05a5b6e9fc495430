/** What the worker is started with. */
export interface WorkerOptions {
  /** Directory of the data; `undefined` keeps it in memory. */
  readonly dataDirectory: string | undefined;
  /** A dump of an empty database to start from; `undefined` makes one from nothing, which is slow. */
  readonly template: string | undefined;
}

/** One statement for the worker, or its end. `run` keeps the statement prepared, `query` does not. */
export type WorkerRequest =
  | {
      readonly id: number;
      readonly op: 'query' | 'run';
      readonly text: string;
      readonly params: unknown[];
    }
  | { readonly id: number; readonly op: 'close' };

/** What the worker answers. The answer to starting has the id 0. */
export type WorkerAnswer =
  | { readonly id: number; readonly rows: readonly Readonly<Record<string, unknown>>[] }
  | { readonly id: number; readonly error: WorkerFailure };

/** An error of the database, as it travels: the fields that PostgreSQL gives it. */
export interface WorkerFailure {
  readonly message: string;
  readonly code: string | undefined;
  readonly detail: string | undefined;
  readonly constraint: string | undefined;
}
