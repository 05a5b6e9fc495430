/** Asks whoever watches the run before each move of time, and waits for the answer. */
export class TimeGate {
  readonly #pace: ((nextElapsedMs: number) => void | Promise<void>) | undefined;
  readonly #onReady: () => void;
  readonly #onError: (error: unknown) => void;
  #askedForUs = -1;
  #isWaiting = false;

  constructor(
    pace: ((nextElapsedMs: number) => void | Promise<void>) | undefined,
    onReady: () => void,
    onError: (error: unknown) => void,
  ) {
    this.#pace = pace;
    this.#onReady = onReady;
    this.#onError = onError;
  }

  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  /** True when time may move to `nextUs` at once; otherwise it is called again after `onReady`. */
  allows(nextUs: number): boolean {
    if (this.#pace === undefined || this.#askedForUs === nextUs) return true;
    this.#askedForUs = nextUs;
    try {
      const answer = this.#pace(nextUs / 1000);
      if (answer === undefined) return true;
      void this.#wait(answer);
    } catch (error) {
      this.#onError(error);
    }
    return false;
  }

  async #wait(answer: Promise<void>): Promise<void> {
    this.#isWaiting = true;
    try {
      await answer;
      this.#isWaiting = false;
      this.#onReady();
    } catch (error) {
      this.#onError(error);
    }
  }
}
