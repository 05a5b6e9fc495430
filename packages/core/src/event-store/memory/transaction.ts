import { TransactionEndedError } from '../errors.ts';
import type { RecordedEvent } from '../event.ts';
import { callListener } from '../listeners.ts';
import type { MemoryDatabase } from './database.ts';
import type { OutboxRow } from './outbox-state.ts';

/**
 * A transaction of the memory adapter. What it writes is seen by others when it commits. A read model
 * in memory takes part with `onCommit`.
 */
export interface MemoryTransaction {
  /**
   * Runs `action` at the moment of the commit, or never. It must not throw: what it throws surfaces as an
   * uncaught exception, and the commit stands.
   */
  onCommit(action: () => void): void;
}

/** The transaction as the adapter sees it. */
export class OpenTransaction implements MemoryTransaction {
  readonly database: MemoryDatabase;
  /** Events by their stream's key that are written and not committed. */
  readonly pending = new Map<string, RecordedEvent[]>();
  /** Messages by their id that are enqueued and not committed. */
  readonly messages = new Map<string, OutboxRow>();
  /** First position that it drew: the horizon stays below while it is open. */
  firstPosition: number | undefined;
  #hasEnded = false;
  readonly #actions: (() => void)[] = [];

  constructor(database: MemoryDatabase) {
    this.database = database;
    database.open.add(this);
  }

  onCommit(action: () => void): void {
    this.assertOpen();
    this.#actions.push(action);
  }

  assertOpen(): void {
    if (this.#hasEnded) throw new TransactionEndedError();
  }

  /** Waits for a row lock, which is held until the end. */
  async lock(key: string): Promise<void> {
    this.assertOpen();
    const { locks } = this.database;
    if (!locks.tryAcquire(key, this)) await locks.acquire(key, this);
  }

  commit(): void {
    this.assertOpen();
    for (const events of this.pending.values()) this.database.publish(events);
    for (const action of this.#actions) callListener(action);
    this.#end();
  }

  rollback(): void {
    if (!this.#hasEnded) this.#end();
  }

  #end(): void {
    this.#hasEnded = true;
    this.database.open.delete(this);
    this.database.locks.release(this);
  }
}
