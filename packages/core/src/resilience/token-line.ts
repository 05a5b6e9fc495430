import { type LongTimer, setLongTimer } from './long-timer.ts';
import type { TokenBucket } from './token-bucket.ts';

interface Waiter {
  readonly tokens: number;
  readonly grant: () => void;
}

/**
 * Those who wait for tokens of one bucket, first come, first served. One timer stands for the head of
 * the line, and none when the line is empty.
 */
export class TokenLine {
  readonly #bucket: TokenBucket;
  readonly #nowMs: () => number;
  readonly #onEmpty: () => void;
  readonly #waiters = new Set<Waiter>();
  #tokens = 0;
  #timer: LongTimer | undefined;

  constructor(bucket: TokenBucket, nowMs: () => number, onEmpty: () => void) {
    this.#bucket = bucket;
    this.#nowMs = nowMs;
    this.#onEmpty = onEmpty;
  }

  /** Tokens that those in line wait for, together. */
  get tokens(): number {
    return this.#tokens;
  }

  /** Resolves to true with the tokens taken, or to false with none when the signal is aborted. */
  join(tokens: number, signal: AbortSignal | undefined): Promise<boolean> {
    return new Promise((resolve) => {
      const leave = (): void => {
        const wasHead = this.#head() === waiter;
        this.#remove(waiter);
        if (wasHead) this.#advance();
        resolve(false);
      };
      const waiter: Waiter = {
        tokens,
        grant: () => {
          signal?.removeEventListener('abort', leave);
          resolve(true);
        },
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#waiters.add(waiter);
      this.#tokens += tokens;
      if (this.#waiters.size === 1) this.#advance();
    });
  }

  /** Grants from the head on while there are tokens, then waits for those of the next. */
  #advance(): void {
    this.#timer?.clear();
    for (const waiter of this.#waiters) {
      const nowMs = this.#nowMs();
      const waitMs = this.#bucket.waitMs(waiter.tokens, nowMs);
      if (waitMs > 0) {
        this.#timer = setLongTimer(() => this.#advance(), waitMs);
        return;
      }
      this.#bucket.take(waiter.tokens, nowMs);
      this.#remove(waiter);
      waiter.grant();
    }
    this.#onEmpty();
  }

  #remove(waiter: Waiter): void {
    this.#waiters.delete(waiter);
    this.#tokens -= waiter.tokens;
  }

  #head(): Waiter | undefined {
    for (const waiter of this.#waiters) return waiter;
    return undefined;
  }
}
