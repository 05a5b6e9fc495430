import type { StorePositions } from '../event-store.ts';
import { RightMissingError } from './errors.ts';
import type { SqlExecutor, SqlRow, Statement } from './sql-database.ts';
import { integer, text } from './value.ts';

/** Positions that one look walks along at most. */
const walkLimit = 5_000;

const look: Statement = {
  name: 'horizon_look',
  text: `SELECT
      txid_snapshot_xmin(txid_current_snapshot())::text AS oldest_open,
      txid_snapshot_xmax(txid_current_snapshot())::text AS next_number,
      coalesce((SELECT max(e.position) FROM es.event e), 0) AS head,
      coalesce((
        SELECT max(walked.position) FROM (
          SELECT e.position, row_number() OVER (ORDER BY e.position) AS number
          FROM es.event e WHERE e.position > $1 ORDER BY e.position LIMIT ${walkLimit}
        ) AS walked WHERE walked.position = $1::bigint + walked.number
      ), $1::bigint) AS contiguous`,
};

const mark: Statement = {
  name: 'horizon_mark',
  text: `SELECT coalesce((SELECT max(e.position) FROM es.event e), 0) AS head,
    txid_current()::text AS number`,
};

/** All positions up to `head` are settled once every transaction below `number` has ended. */
interface Mark {
  readonly head: number;
  readonly number: bigint;
}

/**
 * How far the global order is settled: no event will appear at or below the horizon any more.
 *
 * Positions are drawn by concurrent transactions and become visible in any order, so behind a missing
 * one there may be a writer that has not committed yet, or one that rolled back. Two rules move the
 * horizon:
 *
 * 1. It moves along positions that are visible without a gap.
 * 2. At a gap a mark is set, in one statement: the highest visible position M, and a transaction
 *    number X that is new. Whoever drew a position below M did so before that, with a transaction
 *    number that it had before drawing, so below X. Once a later statement sees that no transaction
 *    below X is open, every position up to M is either visible to it or will never be.
 *
 * A store may be moved under a running process: a standby takes over, a dump is loaded elsewhere. Numbers
 * of the old server say nothing then, and a mark of it might never be reached; a head below the horizon
 * says that events are gone. Both are noticed, and what was known is forgotten.
 *
 * `txid_…` are the names that PostgreSQL 12 has. Numbers are compared as integers: their text does not
 * sort. The snapshot's `xmax` would be no X, as a number above it may have been given out already.
 */
export class Horizon {
  readonly #executor: SqlExecutor;
  #horizon = 0;
  #head = 0;
  #mark: Mark | undefined;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(executor: SqlExecutor) {
    this.#executor = executor;
  }

  /** The horizon, at least as it was when this was called. */
  async positions(): Promise<StorePositions> {
    await this.#refresh();
    return { horizon: this.#horizon, head: this.#head };
  }

  /** The horizon for reading behind `after`: asks the database only when it might matter. */
  async behind(after: number, limit: number): Promise<number> {
    if (this.#horizon < after + limit) await this.#refresh();
    return this.#horizon;
  }

  /** Callers share a look that begins after they called: one that runs already may have seen less. */
  #refresh(): Promise<void> {
    if (this.#running === undefined) {
      this.#running = this.#advance().finally(() => {
        this.#running = undefined;
      });
      return this.#running;
    }
    this.#next ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        return this.#refresh();
      });
    return this.#next;
  }

  async #advance(): Promise<void> {
    this.#take(await this.#lookHere());
    if (this.#horizon >= this.#head || this.#mark !== undefined) return;
    const [row] = await this.#numberOrNone();
    if (row === undefined) return;
    this.#mark = { head: integer(row, 'head'), number: BigInt(text(row, 'number')) };
    this.#take(await this.#lookHere());
  }

  /** Forgets what is not of the server that answers now, and looks again. */
  async #lookHere(): Promise<SqlRow | undefined> {
    const row = await this.#look();
    if (row === undefined) return row;
    // The mark's transaction has ended, so its own server would give out a higher number next.
    if (this.#mark !== undefined && BigInt(text(row, 'next_number')) <= this.#mark.number) {
      this.#mark = undefined;
    }
    if (integer(row, 'head') >= this.#horizon) return row;
    // Events that were settled are gone: the data is of an earlier time.
    this.#horizon = 0;
    this.#mark = undefined;
    return this.#look();
  }

  /** A standby gives out no numbers: there the horizon moves along positions without a gap only. */
  async #numberOrNone(): Promise<readonly SqlRow[]> {
    try {
      return await this.#executor.run(mark, []);
    } catch (error) {
      if (error instanceof RightMissingError) return [];
      throw error;
    }
  }

  async #look(): Promise<SqlRow | undefined> {
    const [row] = await this.#executor.run(look, [this.#horizon]);
    return row;
  }

  #take(row: SqlRow | undefined): void {
    if (row === undefined) return;
    const oldestOpen = BigInt(text(row, 'oldest_open'));
    this.#head = integer(row, 'head');
    this.#horizon = Math.max(this.#horizon, integer(row, 'contiguous'));
    if (this.#mark !== undefined && oldestOpen >= this.#mark.number) {
      this.#horizon = Math.max(this.#horizon, this.#mark.head);
      this.#mark = undefined;
    } else if (this.#mark !== undefined && this.#mark.head <= this.#horizon) {
      this.#mark = undefined;
    }
  }
}
