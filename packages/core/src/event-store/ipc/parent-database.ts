import { AsyncLocalStorage } from 'node:async_hooks';
import { StoreClosedError, TransactionEndedError, TransactionRequiredError } from '../errors.ts';
import type { SqlDatabase, SqlRow, SqlSession, Statement } from '../sql/sql-database.ts';
import { ParentGoneError } from './errors.ts';
import { ParentSession } from './parent-session.ts';
import {
  type Answer,
  type Ask,
  type Channel,
  isReply,
  type Request,
  requestMessage,
  type Welcome,
} from './messages.ts';
import { fromWire } from './wire-error.ts';

type Pending = PromiseWithResolvers<Answer>;

/** The database of the parent process, as a child uses it. Keeps the child alive until it is closed. */
export class ParentDatabase implements SqlDatabase {
  readonly #channel: Channel;
  readonly #pending = new Map<number, Pending>();
  readonly #current = new AsyncLocalStorage<ParentSession>();
  #lastId = 0;
  #end: Error | undefined;

  constructor(channel: Channel) {
    this.#channel = channel;
    channel.on('message', this.#onMessage);
    channel.on('disconnect', this.#onDisconnect);
  }

  /** @throws ParentGoneError when the parent does not serve this process as it must. */
  async hello(): Promise<Welcome> {
    try {
      const { welcome } = await this.#ask({ op: 'hello', probe: new Date() });
      if (welcome !== undefined) return welcome;
    } catch (error) {
      if (error instanceof ParentGoneError) throw error;
      throw new ParentGoneError(error instanceof Error ? error.message : String(error));
    }
    throw new ParentGoneError('it did not say what it serves');
  }

  async query(text: string, params: readonly unknown[] = []): Promise<readonly SqlRow[]> {
    this.#assertNoTransaction();
    const { rows = [] } = await this.#ask({ op: 'run', statement: text, params });
    return rows;
  }

  async run(statement: Statement, params: readonly unknown[]): Promise<readonly SqlRow[]> {
    this.#assertNoTransaction();
    const { rows = [] } = await this.#ask({ op: 'run', statement, params });
    return rows;
  }

  async transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    this.#assertNoTransaction();
    const tx = await this.#begin();
    const session = new ParentSession(this.#ask, tx);
    let value: T;
    try {
      value = await this.#current.run(session, () => work(session));
    } catch (error) {
      session.end();
      // Nobody is left to roll back for when the parent is gone; the cause is what matters.
      await this.#ask({ op: 'rollback', tx }).catch(() => undefined);
      throw error;
    }
    session.end();
    await this.#ask({ op: 'commit', tx });
    session.committed();
    return value;
  }

  session(tx: object): SqlSession {
    if (!(tx instanceof ParentSession) || !tx.isOf(this.#ask)) {
      throw new TypeError('tx must be the transaction that this store handed out.');
    }
    if (!tx.isOpen) throw new TransactionEndedError();
    return tx;
  }

  async close(): Promise<void> {
    this.#stop(new StoreClosedError());
  }

  readonly #ask: Ask = (request) => this.#send(request).answer;

  /** The parent has one connection, and this process would wait for itself for ever. */
  #assertNoTransaction(): void {
    if (this.#current.getStore()?.isOpen === true) throw new TransactionRequiredError();
  }

  async #begin(): Promise<number> {
    const { id, answer } = this.#send({ op: 'begin' });
    await answer;
    return id;
  }

  #send(request: Request): { readonly id: number; readonly answer: Promise<Answer> } {
    this.#lastId += 1;
    const id = this.#lastId;
    if (this.#end !== undefined) return { id, answer: Promise.reject(this.#end) };
    if (this.#channel.send === undefined || this.#channel.connected === false) {
      return { id, answer: Promise.reject(new ParentGoneError('there is no channel to it')) };
    }
    const pending = Promise.withResolvers<Answer>();
    this.#pending.set(id, pending);
    this.#channel.send(requestMessage(id, request), (error) => {
      if (error === null || !this.#pending.delete(id)) return;
      pending.reject(new ParentGoneError(error.message));
    });
    return { id, answer: pending.promise };
  }

  readonly #onMessage = (message: unknown): void => {
    if (!isReply(message)) return;
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.outcome.ok) pending?.resolve(message.outcome);
    else pending?.reject(fromWire(message.outcome.error));
  };

  readonly #onDisconnect = (): void => {
    this.#stop(new ParentGoneError('it has ended, or has closed the channel'));
  };

  #stop(reason: Error): void {
    this.#end ??= reason;
    this.#channel.off('message', this.#onMessage);
    this.#channel.off('disconnect', this.#onDisconnect);
    for (const pending of this.#pending.values()) pending.reject(this.#end);
    this.#pending.clear();
  }
}
