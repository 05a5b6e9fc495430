import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import type { PoolClient } from 'pg';
import { StoreClosedError } from '../errors.ts';
import {
  qualify,
  type SqlDatabase,
  type SqlExecutor,
  type SqlRow,
  type SqlSession,
  type SqlTransaction,
  type Statement,
} from '../sql/sql-database.ts';
import { statementError, typedError } from '../sql/sql-state.ts';
import { unavailability } from '../unavailable.ts';
import type { Connections, Loan, Purpose } from './connections.ts';
import { isPreparationLost, type Query } from './line.ts';
import { command, PgSession } from './pg-session.ts';

/** The SQL interface over connections of `pg`. */
export class PgDatabase implements SqlDatabase {
  /** Statements that no handler may hold up. */
  readonly leases: SqlExecutor;
  readonly #connections: Connections;
  readonly #schema: string;
  readonly #prepared = new Map<string, Pick<Required<Query>, 'name' | 'text'>>();
  readonly #current = new AsyncLocalStorage<PgSession>();
  #isClosed = false;

  constructor(connections: Connections, schema: string) {
    this.#connections = connections;
    this.#schema = schema;
    this.leases = {
      query: (text, params = []) => this.#once('leases', callerQuery(text, params)),
      run: (statement, params) => this.#once('leases', this.#prepare(statement, params)),
    };
  }

  query(text: string, params: readonly unknown[] = []): Promise<readonly SqlRow[]> {
    return this.#once(this.#purpose(), callerQuery(text, params));
  }

  run(statement: Statement, params: readonly unknown[]): Promise<readonly SqlRow[]> {
    return this.#once(this.#purpose(), this.#prepare(statement, params));
  }

  async transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    this.#assertOpen();
    const loan = await this.#connections.lend(this.#purpose());
    const session = this.#open(loan);
    try {
      await session.begin();
      const value = await this.#current.run(session, () => work(session));
      await session.commit();
      return value;
    } catch (error) {
      if (!loan.line.isLost) await session.rollback();
      // Whatever the callback made of it: the transaction ended because its connection did.
      else if (unavailability(error) === undefined) throw loan.line.lossAs('undone');
      throw error;
    } finally {
      loan.release();
    }
  }

  /** A transaction that the caller began on a client of its own, and ends itself. */
  join(client: Pick<PoolClient, 'query'>): SqlSession {
    return this.#open({ line: this.#connections.join(client) });
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
    await this.#connections.close();
  }

  /** Runs a statement by itself. */
  async #once(purpose: Purpose, query: Query): Promise<readonly SqlRow[]> {
    this.#assertOpen();
    const loan = await this.#connections.lend(purpose);
    try {
      return await answerOf(loan, query);
    } catch (error) {
      if (!isPreparationLost(error)) throw query.isOwn ? statementError(error) : typedError(error);
      // The server said so before it ran anything.
      this.#connections.forgetNames();
      return await answerOf(loan, query);
    } finally {
      loan.release();
    }
  }

  /** A callback that waits for a connection while its transaction has one might wait for itself. */
  #purpose(): Purpose {
    const isInside = this.#current.getStore()?.isOpen === true;
    return isInside && !this.#connections.hasFree('work') ? 'aside' : 'work';
  }

  #open({ line }: Pick<Loan, 'line'>): PgSession {
    return new PgSession({
      line,
      prepare: (statement, params) => this.#prepare(statement, params),
      onPreparationLost: () => {
        this.#connections.forgetNames();
      },
    });
  }

  #prepare(statement: Statement, values: readonly unknown[]): Query {
    let prepared = this.#prepared.get(statement.name);
    if (prepared === undefined) {
      const text = qualify(statement.text, this.#schema);
      prepared = { name: preparedName(text), text };
      this.#prepared.set(statement.name, prepared);
    }
    return { ...prepared, values, isOwn: true };
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new StoreClosedError();
  }
}

/**
 * The server cuts names off after 63 bytes, and then takes two statements for one. A name made of the
 * text is short, and means the same to every program and version that shares a connection.
 */
function preparedName(text: string): string {
  return `fd_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
}

function callerQuery(text: string, values: readonly unknown[]): Query {
  return { text, values, isOwn: false };
}

async function answerOf({ line, needsBlock }: Loan, query: Query): Promise<readonly SqlRow[]> {
  const outcome = /^\s*SELECT\b/i.test(query.text) ? 'undone' : 'unknown';
  if (!needsBlock) return (await line.send(query, outcome)).rows;
  await line.send(command('BEGIN ISOLATION LEVEL READ COMMITTED'), 'undone');
  try {
    const { rows } = await line.send(query, 'undone');
    await line.send(command('COMMIT'), outcome);
    return rows;
  } catch (error) {
    if (!line.isLost) await line.send(command('ROLLBACK'), 'undone').catch(() => undefined);
    throw error;
  }
}
