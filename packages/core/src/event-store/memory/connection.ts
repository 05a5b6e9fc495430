import { type Latency, latencySampler } from '../../services/latency.ts';
import { sleep } from '../../resilience/index.ts';
import { createRandom, currentSimulation, type Random } from '../../simulation/index.ts';
import { StoreClosedError } from '../errors.ts';
import type { MemoryDatabase } from './database.ts';
import { OpenTransaction } from './transaction.ts';

export interface ConnectionOptions {
  /** What one round trip to the store costs. Default: no time at all. */
  readonly latency?: Latency;
  /** Draws the latencies. Default: the simulation's stream `event-store`. */
  readonly random?: Random;
}

/**
 * One process's way to the database. A killed process is modelled: its open transactions are rolled
 * back, and what it waited for never comes, as there is nobody left to get it.
 */
export class Connection {
  readonly database: MemoryDatabase;
  readonly #sample: (() => number) | undefined;
  readonly #transactions = new Set<OpenTransaction>();
  #state: 'open' | 'closed' | 'killed' = 'open';

  constructor(database: MemoryDatabase, { latency, random }: ConnectionOptions) {
    this.database = database;
    if (latency !== undefined) {
      const draw = latencySampler(latency, 'latency');
      const stream = random ?? defaultRandom();
      this.#sample = () => draw(stream);
    }
  }

  /**
   * Runs `work` at the database: half the latency before it, half behind. A process killed during the
   * second half has its effect in the database and never learns of it.
   */
  async roundTrip<T>(work: () => T | Promise<T>): Promise<T> {
    if (this.#state === 'closed') throw new StoreClosedError();
    const latencyMs = this.#sample?.() ?? 0;
    const thereMs = Math.ceil(latencyMs / 2);
    if (thereMs > 0) await sleep(thereMs);
    await this.#untilAlive();
    try {
      return await work();
    } finally {
      if (latencyMs > thereMs) await sleep(latencyMs - thereMs);
      await this.#untilAlive();
    }
  }

  begin(): OpenTransaction {
    const transaction = new OpenTransaction(this.database);
    this.#transactions.add(transaction);
    return transaction;
  }

  commit(transaction: OpenTransaction): void {
    try {
      transaction.commit();
    } catch (error) {
      transaction.rollback();
      throw error;
    } finally {
      this.#transactions.delete(transaction);
    }
  }

  rollback(transaction: OpenTransaction): void {
    transaction.rollback();
    this.#transactions.delete(transaction);
  }

  close(): void {
    this.#end('closed');
  }

  kill(): void {
    this.#end('killed');
  }

  #end(state: 'closed' | 'killed'): void {
    if (this.#state !== 'open') return;
    this.#state = state;
    for (const transaction of this.#transactions) transaction.rollback();
    this.#transactions.clear();
  }

  #untilAlive(): Promise<never> | undefined {
    return this.#state === 'killed' ? new Promise<never>(() => {}) : undefined;
  }
}

function defaultRandom(): Random {
  return (
    currentSimulation()?.random('event-store') ??
    createRandom(Math.floor(Math.random() * Number.MAX_SAFE_INTEGER), 'event-store')
  );
}
