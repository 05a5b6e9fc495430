import { TransactionAbortedError, TransactionEndedError } from '../errors.ts';
import { callListener } from '../listeners.ts';
import type { SqlRow, SqlSession, Statement } from '../sql/sql-database.ts';
import { statementError, typedError } from '../sql/sql-state.ts';
import { StoreUnavailableError } from '../unavailable.ts';
import { isPreparationLost, type Line, type Query } from './line.ts';

export interface PgSessionOptions {
  readonly line: Line;
  readonly prepare: (statement: Statement, params: readonly unknown[]) => Query;
  readonly onPreparationLost: () => void;
}

/** A transaction on one connection. */
export class PgSession implements SqlSession {
  readonly #options: PgSessionOptions;
  readonly #listeners: (() => void)[] = [];
  #hasEnded = false;

  constructor(options: PgSessionOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return !this.#hasEnded;
  }

  async query(text: string, params: readonly unknown[] = []): Promise<readonly SqlRow[]> {
    this.assertOpen();
    try {
      return (await this.#send({ text, values: params, isOwn: false })).rows;
    } catch (error) {
      throw typedError(error);
    }
  }

  async run(statement: Statement, params: readonly unknown[]): Promise<readonly SqlRow[]> {
    this.assertOpen();
    try {
      return (await this.#send(this.#options.prepare(statement, params))).rows;
    } catch (error) {
      if (!isPreparationLost(error)) throw statementError(error);
      // The transaction is aborted: only as a whole can it be run again, and then without names.
      this.#options.onPreparationLost();
      const reason = 'the server does not know a statement that was prepared there';
      throw new StoreUnavailableError(reason, 'undone', { cause: error });
    }
  }

  onCommitted(listener: () => void): void {
    this.#listeners.push(listener);
  }

  assertOpen(): void {
    if (this.#hasEnded) throw new TransactionEndedError();
  }

  /** At the isolation that the store relies on, whatever the database's default is. */
  async begin(): Promise<void> {
    await this.#send(command('BEGIN ISOLATION LEVEL READ COMMITTED'));
  }

  async commit(): Promise<void> {
    this.#hasEnded = true;
    let tag: string;
    try {
      tag = (await this.#options.line.send(command('COMMIT'), 'unknown')).command;
    } catch (error) {
      throw typedError(error);
    }
    // PostgreSQL answers COMMIT of an aborted transaction with ROLLBACK, and no error.
    if (tag !== 'COMMIT') throw new TransactionAbortedError();
    for (const listener of this.#listeners) callListener(listener);
  }

  /** After a commit it does nothing that matters. */
  async rollback(): Promise<void> {
    this.#hasEnded = true;
    try {
      await this.#send(command('ROLLBACK'));
    } catch {
      // The connection is lost, which ends the transaction too.
    }
  }

  #send(query: Query) {
    // Nothing takes effect before the commit.
    return this.#options.line.send(query, 'undone');
  }
}

/** A statement without parameters, which answers nothing but how it went. */
export function command(text: string): Query {
  return { text, values: [], isOwn: true };
}
