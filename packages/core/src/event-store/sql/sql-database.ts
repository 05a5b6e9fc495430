/** A row as the driver gives it: 8-byte integers are strings in one and numbers in the other. */
export type SqlRow = Readonly<Record<string, unknown>>;

/** A statement of the store: prepared once on each connection, by its name. */
export interface Statement {
  readonly name: string;
  /** Tables of the store are written `es.table`; the schema's name is put in. */
  readonly text: string;
}

/** What a caller can do with the transaction of an SQL adapter, beside giving it to the store. */
export interface SqlTransaction {
  /** Runs one statement with `$1`, `$2`, … in this transaction, and gives its rows. */
  query(text: string, params?: readonly unknown[]): Promise<readonly SqlRow[]>;
}

/** What runs statements: a transaction, or a connection that commits each by itself. */
export interface SqlExecutor extends SqlTransaction {
  run(statement: Statement, params: readonly unknown[]): Promise<readonly SqlRow[]>;
}

/** One open transaction of an adapter. */
export interface SqlSession extends SqlExecutor {
  /** Runs after the commit. */
  onCommitted(listener: () => void): void;
}

/** The thin interface that the one SQL adapter stands on: `pg` and PGlite implement it. */
export interface SqlDatabase extends SqlExecutor {
  /** What keeps leases, where that has a connection of its own: no open transaction holds it up. */
  readonly leases?: SqlExecutor;
  /** Commits when `work` resolves, rolls back when it rejects, and hands the rejection on. */
  transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T>;
  /** @throws TransactionEndedError or TypeError unless `tx` is open and of this database. */
  session(tx: SqlTransaction): SqlSession;
  close(): Promise<void>;
}

/** Functions that statements of the store call. With several arrays `unnest` is none, but syntax. */
const functions =
  /(?<![\w.])(clock_timestamp|count|current_setting|generate_series|lower|max|min|pg_advisory_xact_lock|row_number|statement_timestamp|txid_\w+)\(/g;

/** Puts the schema's name in for `es.`, and takes functions from the system whatever the search path. */
export function qualify(text: string, schema: string): string {
  return text.replaceAll(/\bes\./g, `"${schema}".`).replaceAll(functions, 'pg_catalog.$1(');
}

/** @throws RangeError unless it is a plain name, which needs no care in SQL. */
export function checkSchemaName(schema: string): string {
  if (/^[a-z_][a-z0-9_]{0,39}$/.test(schema)) return schema;
  throw new RangeError(
    `schema must be a lower-case name of at most 40 letters, digits and _, got ${JSON.stringify(schema)}.`,
  );
}
