import type { SqlDatabase, SqlRow, SqlSession } from '../sql/sql-database.ts';

/**
 * A database for tests that keeps words: `keep $1`, `list` and `refuse`. Like an embedded one it has a
 * single connection, so a transaction makes everybody else wait.
 */
export class OneConnectionDatabase implements SqlDatabase {
  #words: readonly string[] = [];
  #last: Promise<unknown> = Promise.resolve();

  query(text: string, params: readonly unknown[] = []): Promise<readonly SqlRow[]> {
    return this.transaction((session) => session.query(text, params));
  }

  run({ text }: { readonly text: string }, params: readonly unknown[]): Promise<readonly SqlRow[]> {
    return this.query(text, params);
  }

  transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    const turn = this.#last.then(() => this.#transact(work));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  session(): never {
    throw new Error('not needed here');
  }

  async close(): Promise<void> {
    await this.#last;
  }

  async #transact<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    let words = this.#words;
    const query = async (text: string, params: readonly unknown[] = []): Promise<SqlRow[]> => {
      if (text === 'keep') words = [...words, String(params[0])];
      if (text === 'refuse') throw new RefusedError();
      return text === 'list' ? words.map((word) => ({ word })) : [];
    };
    const value = await work({
      query,
      run: ({ text }, params) => query(text, params),
      onCommitted: () => {},
    });
    this.#words = words;
    return value;
  }
}

/** As a driver raises it. */
class RefusedError extends Error {
  readonly code = '23505';
  readonly constraint = 'word_key';

  constructor() {
    super('duplicate key value violates unique constraint "word_key"');
  }
}
