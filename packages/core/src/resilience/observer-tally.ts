/**
 * Tells observers, as the hooks tell theirs. They are user code: what they throw, at once or through
 * a promise, is counted and touches neither the call that they observe (a delivered payment must not
 * look failed because a log line could not be written) nor the process.
 */
export class ObserverTally {
  #failures = 0;

  /** Observations that threw or rejected. */
  get failures(): number {
    return this.#failures;
  }

  tell<Event>(observer: ((event: Event) => unknown) | undefined, event: Event): void {
    if (observer === undefined) return;
    try {
      const result = observer(event);
      if (typeof result === 'object' && result !== null && 'then' in result) {
        Promise.resolve(result).catch(this.#count);
      }
    } catch {
      this.#count();
    }
  }

  readonly #count = (): void => {
    this.#failures += 1;
  };
}
