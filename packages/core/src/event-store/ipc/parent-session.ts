import { TransactionEndedError } from '../errors.ts';
import { callListener } from '../listeners.ts';
import type { SqlRow, SqlSession, Statement } from '../sql/sql-database.ts';
import type { Ask } from './messages.ts';

/** A transaction that the parent holds open for this process. */
export class ParentSession implements SqlSession {
  readonly #ask: Ask;
  readonly #tx: number;
  readonly #listeners: (() => void)[] = [];
  #isOpen = true;

  constructor(ask: Ask, tx: number) {
    this.#ask = ask;
    this.#tx = tx;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Whether it is a transaction of the connection that asks with `ask`. */
  isOf(ask: Ask): boolean {
    return this.#ask === ask;
  }

  query(text: string, params: readonly unknown[] = []): Promise<readonly SqlRow[]> {
    return this.#run(text, params);
  }

  run(statement: Statement, params: readonly unknown[]): Promise<readonly SqlRow[]> {
    return this.#run(statement, params);
  }

  onCommitted(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** From here on its statements are refused. */
  end(): void {
    this.#isOpen = false;
  }

  committed(): void {
    for (const listener of this.#listeners) callListener(listener);
  }

  async #run(
    statement: Statement | string,
    params: readonly unknown[],
  ): Promise<readonly SqlRow[]> {
    if (!this.#isOpen) throw new TransactionEndedError();
    const { rows = [] } = await this.#ask({ op: 'run', statement, params, tx: this.#tx });
    return rows;
  }
}
