import type { AsyncContext, Continuation } from '../host.ts';

/** A browser has no async context: this one follows calls, and ends at the first `await`. */
export class BrowserContext<T> implements AsyncContext<T> {
  #value: T | undefined;

  run<R>(value: T, act: () => R): R {
    const before = this.#value;
    this.#value = value;
    try {
      return act();
    } finally {
      this.#value = before;
    }
  }

  bind<A extends unknown[], R>(value: T, act: (...args: A) => R): (...args: A) => R {
    return (...args) => this.run(value, () => act(...args));
  }

  get(): T | undefined {
    return this.#value;
  }
}

/** Above what a browser counts its own timers up to. */
const firstId = 2 ** 40;
let given = 0;

/** Runs what it is given in no context, for there is none to keep. */
export class BrowserContinuation implements Continuation {
  #id: number | undefined;

  // oxlint-disable-next-line no-useless-constructor -- says what it is called with
  constructor(_kind: string) {}

  runInAsyncScope<This, Args extends unknown[], Result>(
    callback: (this: This, ...args: Args) => Result,
    thisValue: This,
    ...args: Args
  ): Result {
    return callback.apply(thisValue, args);
  }

  asyncId(): number {
    this.#id ??= firstId + (given += 1);
    return this.#id;
  }
}
