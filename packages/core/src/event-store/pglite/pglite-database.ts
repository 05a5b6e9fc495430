import { AsyncLocalStorage } from 'node:async_hooks';
import {
  StoreClosedError,
  TransactionAbortedError,
  TransactionEndedError,
  TransactionRequiredError,
} from '../errors.ts';
import {
  qualify,
  type SqlDatabase,
  type SqlRow,
  type SqlSession,
  type SqlTransaction,
  type Statement,
} from '../sql/sql-database.ts';
import { sqlState, typedError } from '../sql/sql-state.ts';
import type { WorkerClient } from './worker-client.ts';

/**
 * The SQL interface over PGlite. It has one connection: a transaction has it from its first statement
 * to its end, and everybody else waits for their turn. What a transaction does before it asks the
 * database for anything keeps nobody waiting.
 */
export class PgliteDatabase implements SqlDatabase {
  readonly #client: WorkerClient;
  readonly #schema: string;
  readonly #release: () => Promise<void>;
  readonly #texts = new Map<string, string>();
  readonly #current = new AsyncLocalStorage<PgliteSession>();
  readonly #open = new Set<Promise<unknown>>();
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(client: WorkerClient, schema: string, release: () => Promise<void>) {
    this.#client = client;
    this.#schema = schema;
    this.#release = release;
  }

  query(text: string, params: readonly unknown[] = []): Promise<readonly SqlRow[]> {
    return this.#inTurn(() => answerOf(this.#client.query(text, params)));
  }

  run(statement: Statement, params: readonly unknown[]): Promise<readonly SqlRow[]> {
    return this.#inTurn(() => answerOf(this.#client.run(this.#qualified(statement), params)));
  }

  async transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    this.#assertUsable();
    const session = new PgliteSession(this.#client, this.#qualified, this.#takeTurn);
    const done = this.#finish(session, work);
    this.#open.add(done);
    try {
      return await done;
    } finally {
      this.#open.delete(done);
    }
  }

  session(tx: SqlTransaction): SqlSession {
    if (!(tx instanceof PgliteSession) || !tx.isOf(this.#client)) {
      throw new TypeError('tx must be a transaction of this store: take it from transaction().');
    }
    tx.assertOpen();
    return tx;
  }

  /** Waits for what is under way, transactions that have not asked for anything yet included. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#assertUsable();
    this.#isClosed = true;
    await Promise.allSettled(this.#open);
    await this.#last;
    try {
      await this.#client.close();
    } finally {
      await this.#release();
    }
  }

  readonly #qualified = ({ name, text }: Statement): string => {
    let qualified = this.#texts.get(name);
    if (qualified === undefined) {
      qualified = qualify(text, this.#schema);
      this.#texts.set(name, qualified);
    }
    return qualified;
  };

  async #finish<T>(session: PgliteSession, work: (session: SqlSession) => Promise<T>): Promise<T> {
    try {
      const value = await this.#current.run(session, () => work(session));
      await session.commit();
      return value;
    } catch (error) {
      await session.rollback();
      throw error;
    }
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.#assertUsable();
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Waits for a turn. It ends when what is given back is called. */
  readonly #takeTurn = async (): Promise<() => void> => {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = before.then(() => promise);
    await before;
    return resolve;
  };

  #assertUsable(): void {
    if (this.#isClosed) throw new StoreClosedError();
    if (this.#current.getStore()?.isOpen === true) throw new TransactionRequiredError();
  }
}

class PgliteSession implements SqlSession {
  readonly #client: WorkerClient;
  readonly #qualified: (statement: Statement) => string;
  readonly #takeTurn: () => Promise<() => void>;
  readonly #listeners: (() => void)[] = [];
  /** Settled when it has the connection and has begun; undefined before its first statement. */
  #begun: Promise<void> | undefined;
  #endTurn: (() => void) | undefined;
  #isAborted = false;
  isOpen = true;

  constructor(
    client: WorkerClient,
    qualified: (statement: Statement) => string,
    takeTurn: () => Promise<() => void>,
  ) {
    this.#client = client;
    this.#qualified = qualified;
    this.#takeTurn = takeTurn;
  }

  isOf(client: WorkerClient): boolean {
    return this.#client === client;
  }

  async query(text: string, params: readonly unknown[] = []): Promise<readonly SqlRow[]> {
    const rows = await this.#answer(() => this.#client.query(text, params));
    if (/^\s*rollback\s+to\b/i.test(text)) this.#isAborted = false;
    return rows;
  }

  run(statement: Statement, params: readonly unknown[]): Promise<readonly SqlRow[]> {
    return this.#answer(() => this.#client.run(this.#qualified(statement), params));
  }

  onCommitted(listener: () => void): void {
    this.#listeners.push(listener);
  }

  assertOpen(): void {
    if (!this.isOpen) throw new TransactionEndedError();
  }

  async commit(): Promise<void> {
    this.isOpen = false;
    await this.#begun;
    // PostgreSQL would roll back here without an error.
    if (this.#isAborted) throw new TransactionAbortedError();
    if (this.#begun !== undefined) await answerOf(this.#client.query('COMMIT', []));
    this.#endTurn?.();
    for (const listener of this.#listeners) listener();
  }

  async rollback(): Promise<void> {
    this.isOpen = false;
    try {
      await this.#begun;
      if (this.#begun !== undefined) await answerOf(this.#client.query('ROLLBACK', []));
    } catch (error) {
      // A database that is gone has rolled back; an answer with a state means it is still there.
      if (sqlState(error) !== undefined) throw error;
    } finally {
      this.#endTurn?.();
    }
  }

  async #begin(): Promise<void> {
    this.#endTurn = await this.#takeTurn();
    await answerOf(this.#client.query('BEGIN', []));
  }

  async #answer(ask: () => Promise<readonly SqlRow[]>): Promise<readonly SqlRow[]> {
    this.assertOpen();
    this.#begun ??= this.#begin();
    try {
      await this.#begun;
      return await answerOf(ask());
    } catch (error) {
      this.#isAborted = true;
      throw error;
    }
  }
}

async function answerOf(sent: Promise<readonly SqlRow[]>): Promise<readonly SqlRow[]> {
  try {
    return await sent;
  } catch (error) {
    throw typedError(error);
  }
}
