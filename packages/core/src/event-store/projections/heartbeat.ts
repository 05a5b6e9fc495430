export interface HeartbeatOptions {
  /** Renews the leases and balances the buckets. True when it is short of some, or has failed. */
  readonly beat: () => Promise<boolean>;
  readonly leaseMs: number;
  readonly pollMs: number;
}

/** Looks after the leases three times in each, and sooner while buckets are missing. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #hasEnded = false;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  /**
   * Beats now. What is under way may have looked before the change that the caller knows of: then once
   * more.
   */
  readonly now = (): Promise<void> => {
    const { beat } = this.#options;
    if (this.#beating === undefined) {
      this.#beating = this.#run(beat);
      return this.#beating;
    }
    this.#next ??= this.#beating.then(() => {
      this.#next = undefined;
      this.#beating ??= this.#run(beat);
      return this.#beating;
    });
    return this.#next;
  };

  /** Beats no more. Resolves when the one under way has ended. */
  async end(): Promise<void> {
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    await this.#beating;
  }

  async #run(beat: () => Promise<boolean>): Promise<void> {
    const { leaseMs, pollMs } = this.#options;
    const isShort = await beat();
    this.#beating = undefined;
    if (this.#hasEnded) return;
    // Short of buckets: others are about to give some back, or their leases run out.
    const soonMs = Math.max(pollMs, Math.ceil(leaseMs / 30));
    const usualMs = Math.floor(leaseMs / 3);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        void this.now();
      },
      isShort ? Math.min(soonMs, usualMs) : usualMs,
    );
  }
}
