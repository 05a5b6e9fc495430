import type { ResolvedOptions } from './options.ts';

/** What `resize` changes; what is left out stays. */
export interface PoolResize {
  /** Handlers under way at once. */
  readonly workers?: number;
  /** Tasks that may wait when all workers are busy. */
  readonly queueSize?: number;
}

/** How much a pool may hold: the only options that change while it runs. */
export class PoolBounds {
  workers: number;
  queueSize: number;
  /** Tasks that may be in the pool at once: running, queued and buffered. */
  capacity: number;
  readonly #bufferSize: number;

  constructor({ workers, queueSize, overload: { bufferSize } }: ResolvedOptions) {
    this.workers = workers;
    this.queueSize = queueSize;
    this.capacity = workers + queueSize + bufferSize;
    this.#bufferSize = bufferSize;
  }

  change(workers: number, queueSize: number): void {
    this.workers = workers;
    this.queueSize = queueSize;
    this.capacity = workers + queueSize + this.#bufferSize;
  }
}
