/** Resolves once as many handlers are over as were emitted to: for peers that tell of each one. */
export class Countdown {
  #open = 0;
  #resolve: (() => void) | undefined;

  add(handlers: number): void {
    this.#open += handlers;
  }

  readonly done = (): void => {
    if (--this.#open === 0) this.#resolve?.();
  };

  settled(): Promise<void> {
    if (this.#open === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }
}
