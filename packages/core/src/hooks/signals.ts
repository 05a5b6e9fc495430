/**
 * Who is to be told when a signal aborts. One listener for each signal, however many hooks and
 * emits follow it, and none once the last of them is gone: a signal that outlives the hooks keeps
 * nothing of them.
 */
export class Signals {
  readonly #followers = new Map<AbortSignal, Followers>();

  /** Calls back once, when the signal aborts, unless `forget` comes first. */
  follow(signal: AbortSignal, who: object, onAbort: () => void): void {
    let followers = this.#followers.get(signal);
    if (followers === undefined) {
      const calls = new Map<object, () => void>();
      const listener = (): void => {
        // A call may have others forgotten: they are not called then.
        for (const call of calls.values()) call();
        this.#followers.delete(signal);
      };
      followers = { calls, listener };
      this.#followers.set(signal, followers);
      signal.addEventListener('abort', listener, { once: true });
    }
    followers.calls.set(who, onAbort);
  }

  forget(signal: AbortSignal | undefined, who: object): void {
    if (signal === undefined) return;
    const followers = this.#followers.get(signal);
    if (followers === undefined) return;
    followers.calls.delete(who);
    if (followers.calls.size > 0) return;
    this.#followers.delete(signal);
    signal.removeEventListener('abort', followers.listener);
  }

  /** Leaves every signal. */
  forgetAll(): void {
    for (const [signal, { listener }] of this.#followers) {
      signal.removeEventListener('abort', listener);
    }
    this.#followers.clear();
  }
}

interface Followers {
  readonly calls: Map<object, () => void>;
  readonly listener: () => void;
}
