import { TransactionEndedError } from '../errors.ts';
import type { SqlDatabase, SqlExecutor, SqlSession } from '../sql/sql-database.ts';
import {
  type Channel,
  isRequest,
  type Outcome,
  replyMessage,
  type Request,
  type Welcome,
} from './messages.ts';
import type { Turns } from './turns.ts';
import { toWire } from './wire-error.ts';

/** How a transaction is to end, and the request that says so. There is none when its child is gone. */
interface Ending {
  readonly how: 'commit' | 'rollback';
  readonly askedBy?: number;
}

interface HeldTransaction {
  /** Id of the request that began it. */
  readonly tx: number;
  readonly session: SqlSession;
  readonly end: (ending: Ending) => void;
}

/** Ends a transaction on purpose, without anything having failed. */
class RollbackWanted extends Error {}

export interface ServedChildOptions {
  readonly database: SqlDatabase;
  readonly welcome: Welcome;
  readonly turns: Turns<ServedChild>;
}

/** A child as its parent sees it: its requests, and the transaction it holds while it has the turn. */
export class ServedChild {
  readonly #channel: Channel;
  readonly #database: SqlDatabase;
  readonly #welcome: Welcome;
  readonly #turns: Turns<ServedChild>;
  #held: HeldTransaction | undefined;
  #isGone = false;

  constructor(channel: Channel, { database, welcome, turns }: ServedChildOptions) {
    this.#channel = channel;
    this.#database = database;
    this.#welcome = welcome;
    this.#turns = turns;
  }

  receive(message: unknown): void {
    if (isRequest(message)) this.#handle(message.id, message.request);
  }

  /** The child has ended: what it waits for is forgotten, what it holds is rolled back. */
  leave(): void {
    this.#isGone = true;
    this.#turns.drop(this);
    this.#held?.end({ how: 'rollback' });
  }

  #handle(id: number, request: Request): void {
    switch (request.op) {
      case 'hello':
        this.#greet(id, request.probe);
        return;
      case 'begin':
        this.#turns.add(this, () => this.#hold(id));
        return;
      case 'run':
        this.#run(id, request);
        return;
      case 'commit':
      case 'rollback':
        if (this.#held?.tx === request.tx) this.#held.end({ how: request.op, askedBy: id });
        else this.#refuse(id, new TransactionEndedError());
    }
  }

  #greet(id: number, probe: unknown): void {
    if (probe instanceof Date) this.#reply(id, { ok: true, welcome: this.#welcome });
    else this.#refuse(id, new TypeError('dates do not survive this channel'));
  }

  #run(id: number, request: Extract<Request, { op: 'run' }>): void {
    if (request.tx === undefined) {
      this.#turns.add(this, () => this.#answer(id, this.#database, request));
    } else if (this.#held?.tx === request.tx) {
      void this.#answer(id, this.#held.session, request);
    } else {
      this.#refuse(id, new TransactionEndedError());
    }
  }

  async #answer(
    id: number,
    executor: SqlExecutor,
    { statement, params }: Extract<Request, { op: 'run' }>,
  ): Promise<void> {
    try {
      const rows =
        typeof statement === 'string'
          ? await executor.query(statement, params)
          : await executor.run(statement, params);
      this.#reply(id, { ok: true, rows });
    } catch (error) {
      this.#refuse(id, error);
    }
  }

  /** Keeps the turn from `begin` until the child ends the transaction, or itself. */
  async #hold(tx: number): Promise<void> {
    const ended = Promise.withResolvers<Ending>();
    let answerTo: number | undefined = tx;
    try {
      await this.#database.transaction(async (session) => {
        if (this.#isGone) throw new RollbackWanted();
        this.#held = { tx, session, end: ended.resolve };
        this.#reply(tx, { ok: true });
        const { how, askedBy } = await ended.promise;
        this.#held = undefined;
        answerTo = askedBy;
        if (how === 'rollback') throw new RollbackWanted();
      });
      this.#reply(answerTo, { ok: true });
    } catch (error) {
      if (error instanceof RollbackWanted) this.#reply(answerTo, { ok: true });
      else this.#refuse(answerTo, error);
    } finally {
      this.#held = undefined;
    }
  }

  #refuse(id: number | undefined, error: unknown): void {
    this.#reply(id, { ok: false, error: toWire(error) });
  }

  #reply(id: number | undefined, outcome: Outcome): void {
    // Who is gone needs no answer; its `disconnect` may still be on its way.
    if (id === undefined || this.#isGone || this.#channel.connected === false) return;
    this.#channel.send?.(replyMessage(id, outcome), () => {});
  }
}
