/** Those who wait for an operation to be performed next. */
export class DoneListeners {
  readonly #waiting = new Set<() => void>();

  /** Calls the listener once; gives back what takes it away. */
  once(listener: () => void): () => void {
    this.#waiting.add(listener);
    return () => {
      this.#waiting.delete(listener);
    };
  }

  /** It has been performed. */
  tell(): void {
    if (this.#waiting.size === 0) return;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const listener of waiting) listener();
  }
}
