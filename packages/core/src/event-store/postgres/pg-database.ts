import type { Pool, PoolClient } from 'pg';
import { currentSimulation } from '../../simulation/index.ts';
import { StoreClosedError, TransactionAbortedError, TransactionEndedError } from '../errors.ts';
import {
  qualify,
  type SqlDatabase,
  type SqlRow,
  type SqlSession,
  type SqlTransaction,
  type Statement,
} from '../sql/sql-database.ts';
import { typedError } from '../sql/sql-state.ts';

/** What runs a query: a pool, or one of its clients. */
type Runner = Pick<PoolClient, 'query'>;

/** The SQL interface over a pool of `pg`. */
export class PgDatabase implements SqlDatabase {
  readonly #pool: Pool;
  readonly #schema: string;
  readonly #texts = new Map<string, string>();
  #isClosed = false;

  constructor(pool: Pool, schema: string) {
    this.#pool = pool;
    this.#schema = schema;
  }

  async query(text: string, params: readonly unknown[] = []): Promise<readonly SqlRow[]> {
    return this.#onAnyClient({ text, values: params });
  }

  async run(statement: Statement, params: readonly unknown[]): Promise<readonly SqlRow[]> {
    return this.#onAnyClient(this.#prepare(statement, params));
  }

  async transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    this.#assertOpen();
    const client = await this.#connect();
    const session = this.#open(client);
    let isBroken = false;
    try {
      await held(() => send(client, { text: 'BEGIN', values: [] }));
      const value = await work(session);
      await session.commit();
      return value;
    } catch (error) {
      // A client whose transaction could not be ended must not go back into the pool.
      isBroken = !(await session.rollback());
      throw error;
    } finally {
      client.release(isBroken);
    }
  }

  /** A transaction that the caller began on a client of its own, and ends itself. */
  join(client: Runner): SqlSession {
    return this.#open(client);
  }

  session(tx: SqlTransaction): SqlSession {
    if (!(tx instanceof PgSession)) {
      throw new TypeError('tx must be a transaction of this store: take it from transaction().');
    }
    tx.assertOpen();
    return tx;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await held(() => this.#pool.end());
  }

  async #onAnyClient(query: Query): Promise<readonly SqlRow[]> {
    this.#assertOpen();
    if (this.#hasFreeConnection()) return held(() => send(this.#pool, query));
    const client = await this.#pool.connect();
    try {
      return await held(() => send(client, query));
    } finally {
      client.release();
    }
  }

  /**
   * Virtual time stands still while a connection is made, but not while one is waited for: whoever
   * has it may be sleeping.
   */
  #connect(): Promise<PoolClient> {
    return this.#hasFreeConnection() ? held(() => this.#pool.connect()) : this.#pool.connect();
  }

  /** Whether one is left when all who were here before have theirs. */
  #hasFreeConnection(): boolean {
    const { idleCount, totalCount, waitingCount, options } = this.#pool;
    return idleCount + options.max - totalCount > waitingCount;
  }

  #open(client: Runner): PgSession {
    return new PgSession(client, (statement, params) => this.#prepare(statement, params));
  }

  #prepare({ name, text }: Statement, values: readonly unknown[]): Query {
    let qualified = this.#texts.get(name);
    if (qualified === undefined) {
      qualified = qualify(text, this.#schema);
      this.#texts.set(name, qualified);
    }
    return { name: `${this.#schema}.${name}`, text: qualified, values };
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new StoreClosedError();
  }
}

interface Query {
  readonly name?: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

class PgSession implements SqlSession {
  readonly #client: Runner;
  readonly #prepare: (statement: Statement, params: readonly unknown[]) => Query;
  readonly #listeners: (() => void)[] = [];
  #hasEnded = false;

  constructor(
    client: Runner,
    prepare: (statement: Statement, params: readonly unknown[]) => Query,
  ) {
    this.#client = client;
    this.#prepare = prepare;
  }

  async query(text: string, params: readonly unknown[] = []): Promise<readonly SqlRow[]> {
    this.assertOpen();
    return held(() => send(this.#client, { text, values: params }));
  }

  async run(statement: Statement, params: readonly unknown[]): Promise<readonly SqlRow[]> {
    this.assertOpen();
    return held(() => send(this.#client, this.#prepare(statement, params)));
  }

  onCommitted(listener: () => void): void {
    this.#listeners.push(listener);
  }

  assertOpen(): void {
    if (this.#hasEnded) throw new TransactionEndedError();
  }

  async commit(): Promise<void> {
    this.#hasEnded = true;
    // PostgreSQL answers COMMIT of an aborted transaction with ROLLBACK, and no error.
    const { command } = await held(() => this.#client.query('COMMIT'));
    if (command !== 'COMMIT') throw new TransactionAbortedError();
    for (const listener of this.#listeners) listener();
  }

  /** False when the connection is lost. After a commit it does nothing that matters. */
  async rollback(): Promise<boolean> {
    this.#hasEnded = true;
    try {
      await held(() => this.#client.query('ROLLBACK'));
      return true;
    } catch {
      return false;
    }
  }
}

async function send(runner: Runner, { name, text, values }: Query): Promise<readonly SqlRow[]> {
  try {
    const query = { text, values: [...values] };
    const { rows } = await runner.query<SqlRow>(name === undefined ? query : { ...query, name });
    return rows;
  } catch (error) {
    throw typedError(error);
  }
}

/** Under a simulation virtual time stands still while the real server works. */
function held<T>(work: () => Promise<T>): Promise<T> {
  return currentSimulation()?.hold(work) ?? work();
}
