import type { PoolClient, QueryResult } from 'pg';
import { currentSimulation } from '../../simulation/index.ts';
import { reasonOf } from '../reason.ts';
import type { SqlRow } from '../sql/sql-database.ts';
import { type LostOutcome, StoreUnavailableError } from '../unavailable.ts';
import { DatabaseError } from './driver.ts';
import { isLostConnection, toUnavailable } from './lost-connection.ts';
import { ownTypes } from './own-types.ts';

/** A statement on its way to the server. */
export interface Query {
  /** Prepared once on each connection under this name. */
  readonly name?: string;
  readonly text: string;
  readonly values: readonly unknown[];
  /** Whether the store reads the answer, and not the caller with parsers of their own. */
  readonly isOwn: boolean;
}

export interface LineOptions {
  /** Milliseconds after which a statement without an answer says that the network is dead. */
  readonly answerLimitMs: number;
  /** Whether statements may be prepared by name. */
  readonly allowsNames: () => boolean;
  /** Is told that the network is dead. */
  readonly onSilence?: () => void;
}

/**
 * One connection as statements and transactions have it, one after another. It gives no statement longer
 * than its limit, and is lost once and for all.
 */
export class Line {
  readonly #client: Pick<PoolClient, 'query'>;
  readonly #options: LineOptions;
  #lost: unknown;
  #isLost = false;

  constructor(client: Pick<PoolClient, 'query'>, options: LineOptions) {
    this.#client = client;
    this.#options = options;
  }

  /** Whether the connection is of no use any more. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** The error for whoever meets the lost connection. */
  lossAs(outcome: LostOutcome): StoreUnavailableError {
    if (this.#lost instanceof StoreUnavailableError && this.#lost.outcome === outcome) {
      return this.#lost;
    }
    return new StoreUnavailableError(reasonOf(this.#lost), outcome, { cause: this.#lost });
  }

  /**
   * Runs one statement.
   *
   * @param outcome What became of it when its answer is lost.
   * @throws StoreUnavailableError when the connection is lost; otherwise what the server raised.
   */
  async send(query: Query, outcome: LostOutcome): Promise<QueryResult<SqlRow>> {
    if (this.#isLost) throw this.lossAs('undone');
    try {
      return await held(() => this.#answerOf(query));
    } catch (error) {
      if (isLostConnection(error)) this.lose(error);
      // What the connection said first tells more than that it cannot be used any more.
      if (this.#isLost) throw this.lossAs(outcome);
      throw toUnavailable(error, 'undone') ?? error;
    }
  }

  /** Takes note of what ended the connection, also between two statements. */
  readonly lose = (error: unknown): void => {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#lost = error;
  };

  async #answerOf({ name, text, values, isOwn }: Query): Promise<QueryResult<SqlRow>> {
    const { answerLimitMs, allowsNames, onSilence } = this.#options;
    const silence = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      onSilence?.();
      const reason = `it did not answer within ${answerLimitMs} ms`;
      silence.reject(new SilentServerError(reason));
    }, answerLimitMs);
    try {
      const answer = this.#client.query<SqlRow>({
        text,
        values: [...values],
        ...(name !== undefined && allowsNames() ? { name } : {}),
        ...(isOwn ? { types: ownTypes } : {}),
      });
      return await Promise.race([answer, silence.promise]);
    } catch (error) {
      if (error instanceof SilentServerError) this.lose(error);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Nobody answers; the connection may look open for hours yet. */
class SilentServerError extends Error {}

/** Whether the server does not know a prepared statement, or knows another under its name. */
export function isPreparationLost(error: unknown): boolean {
  return (
    error instanceof DatabaseError &&
    (error.code === '26000' || error.code === '42P05' || error.routine === 'RevalidateCachedQuery')
  );
}

/** Under a simulation virtual time stands still while the real server works. */
export function held<T>(work: () => Promise<T>): Promise<T> {
  return currentSimulation()?.hold(work) ?? work();
}
