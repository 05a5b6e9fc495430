import type { PoolLimits } from '../../capacity/index.ts';
import { createHooks, type Hooks } from '../../hooks/index.ts';

interface Events<Work> {
  readonly work: Work;
  readonly ballast: Promise<void>;
}

/** The most workers and queue places that a resizable pool can have. */
const most = { workers: 64, queueSize: 256 } as const;

/**
 * The real hooks pool with a size that can change. It has 64 workers, and those above the limit are
 * kept busy by ballast from the most important lane: to shrink is to send ballast, which takes the
 * next workers that become free and interrupts nobody; to grow is to let ballast go.
 */
export class ResizablePool<Work> {
  readonly #hooks: Hooks<Events<Work>, 'ballast' | 'work'>;
  readonly #releases: (() => void)[] = [];
  #limits: PoolLimits;
  #inFlight = 0;

  constructor(limits: PoolLimits, handle: (work: Work) => Promise<void>) {
    this.#hooks = createHooks<Events<Work>, 'ballast' | 'work'>({
      workers: most.workers,
      queueSize: most.queueSize + most.workers,
      lanes: [{ name: 'ballast' }, { name: 'work' }],
    });
    this.#hooks.hook('work', async (work) => {
      try {
        await handle(work);
      } finally {
        this.#inFlight -= 1;
      }
    });
    this.#hooks.hook('ballast', (released) => released, { lane: 'ballast' });
    this.#limits = limits;
    this.resize(limits);
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  resize(limits: PoolLimits): void {
    this.#limits = limits;
    const ballast = Math.max(0, most.workers - limits.workers);
    while (this.#releases.length < ballast) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#releases.push(resolve);
      this.#hooks.emit('ballast', promise);
    }
    while (this.#releases.length > ballast) this.#releases.pop()?.();
  }

  /** Whether there was room. */
  send(work: Work): boolean {
    if (this.#inFlight >= this.#limits.workers + this.#limits.queueSize) return false;
    const { admitted } = this.#hooks.emit('work', work);
    if (admitted) this.#inFlight += 1;
    return admitted;
  }

  /** Ends the ballast, and resolves when all work is done. */
  async onIdle(): Promise<void> {
    for (const release of this.#releases.splice(0)) release();
    await this.#hooks.onIdle();
  }
}
