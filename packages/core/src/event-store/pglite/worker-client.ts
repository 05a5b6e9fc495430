import { Worker } from 'node:worker_threads';
import { currentSimulation } from '../../simulation/index.ts';
import { StoreClosedError } from '../errors.ts';
import type { SqlRow } from '../sql/sql-database.ts';
import { PgliteError } from './errors.ts';
import type { WorkerAnswer, WorkerOptions, WorkerRequest } from './messages.ts';

type Pending = PromiseWithResolvers<readonly SqlRow[]>;

/** The embedded database in its thread. Keeps the process alive only while it works on something. */
export class WorkerClient {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #end: Error | undefined;

  private constructor(options: WorkerOptions) {
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: options });
    this.#worker.on('message', (answer: WorkerAnswer) => {
      this.#settle(answer);
    });
    this.#worker.on('error', (error: Error) => {
      this.#fail(error);
    });
    this.#worker.on('exit', () => {
      this.#fail(new StoreClosedError());
    });
  }

  /** Starts the database and waits until it answers. */
  static async start(options: WorkerOptions): Promise<WorkerClient> {
    const client = new WorkerClient(options);
    try {
      await held(() => client.#expect(0));
    } catch (error) {
      await client.#worker.terminate();
      throw error;
    }
    return client;
  }

  /** Runs one statement. Under a simulation virtual time stands still meanwhile. */
  query(text: string, params: readonly unknown[]): Promise<readonly SqlRow[]> {
    return held(() => this.#send((id) => ({ id, op: 'query', text, params: [...params] })));
  }

  /** Like `query`, for a statement that comes again: it is prepared once. */
  run(text: string, params: readonly unknown[]): Promise<readonly SqlRow[]> {
    return held(() => this.#send((id) => ({ id, op: 'run', text, params: [...params] })));
  }

  /** Closes the database and ends the thread. */
  async close(): Promise<void> {
    try {
      if (this.#end === undefined) await held(() => this.#send((id) => ({ id, op: 'close' })));
    } finally {
      this.#end ??= new StoreClosedError();
      await held(() => this.#worker.terminate());
    }
  }

  #send(request: (id: number) => WorkerRequest): Promise<readonly SqlRow[]> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    this.#lastId += 1;
    const answer = this.#expect(this.#lastId);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin
    this.#worker.postMessage(request(this.#lastId));
    return answer;
  }

  #expect(id: number): Promise<readonly SqlRow[]> {
    const pending: Pending = Promise.withResolvers();
    this.#pending.set(id, pending);
    this.#worker.ref();
    return pending.promise;
  }

  #settle(answer: WorkerAnswer): void {
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if (this.#pending.size === 0) this.#worker.unref();
    if ('rows' in answer) pending?.resolve(answer.rows);
    else pending?.reject(new PgliteError(answer.error));
  }

  #fail(error: Error): void {
    this.#end ??= error;
    for (const pending of this.#pending.values()) pending.reject(this.#end);
    this.#pending.clear();
  }
}

function held<T>(work: () => Promise<T>): Promise<T> {
  return currentSimulation()?.hold(work) ?? work();
}
