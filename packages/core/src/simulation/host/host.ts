/** What the machine must give a simulation, whatever runs the JavaScript: its only door to outside. */
export interface Host {
  readonly timers: RealTimers;
  createSha256(): Sha256;
  /** Keeps the async context of where it is made for what it runs later. */
  readonly Continuation: new (kind: string) => Continuation;
  /** Takes over from all other listeners until the function that it gives back is called. */
  listenForFailures(listeners: FailureListeners): () => void;
  /** Sets the zone of local times until the function that it gives back is called. */
  setTimeZone(zone: string): () => void;
  createContext<T>(): AsyncContext<T>;
  createIoWatch(options: IoWatchOptions): IoWatch;
  createWaitTracer(): WaitTracer;
  /** A stack with its places in the sources, where what runs is a bundle of them. */
  sourceStack(stack: string): string;
  /** A value for people, on as many lines as it needs. */
  inspect(value: unknown): string;
  warn(name: string, message: string): void;
}

/**
 * The machine's own timers, taken when the host was loaded. An immediate is called when all ticks and
 * promise chains that began before it are through; one that an immediate sets, a turn later.
 */
export interface RealTimers {
  readonly setTimeout: typeof globalThis.setTimeout;
  readonly clearTimeout: typeof globalThis.clearTimeout;
  readonly setInterval: typeof globalThis.setInterval;
  readonly clearInterval: typeof globalThis.clearInterval;
  readonly setImmediate: typeof globalThis.setImmediate;
  readonly clearImmediate: typeof globalThis.clearImmediate;
}

/** SHA-256 (FIPS 180-4), synchronous. Nothing may follow `digest` or `hex`. */
export interface Sha256 {
  /** Text counts as UTF-8. */
  update(data: string | Uint8Array): this;
  digest(): Uint8Array;
  hex(): string;
}

export interface Continuation {
  runInAsyncScope<This, Args extends unknown[], Result>(
    callback: (this: This, ...args: Args) => Result,
    thisValue?: This,
    ...args: Args
  ): Result;
  /** A number that no real timer of the host has, as long as this one lives. */
  asyncId(): number;
}

export interface FailureListeners {
  readonly onUnhandledRejection: (reason: unknown) => void;
  readonly onUncaughtError: (error: unknown) => void;
}

/** A value that follows the code that was started with it, through promises, timers and callbacks. */
export interface AsyncContext<T> {
  run<R>(value: T, act: () => R): R;
  /** The same function, which runs with this value whoever calls it: cheaper than `run` each time. */
  bind<A extends unknown[], R>(value: T, act: (...args: A) => R): (...args: A) => R;
  get(): T | undefined;
}

export interface IoWatchOptions {
  /** Kinds that do not count. */
  readonly ignored: readonly string[];
  /** Whether what begins now is to be told. */
  readonly isWatched: () => boolean;
  /** Called in the very call that begins it. */
  readonly onBegun: (io: BegunIo) => void;
}

/** Real input or output, or work of another thread, that was begun. */
export interface BegunIo {
  /** As in `process.getActiveResourcesInfo()` where it has it, such as `TCPSocketWrap`. */
  readonly kind: string;
  /** The line of the stack in the program; undefined when none of its code is on the stack. */
  readonly place: string | undefined;
}

/** Notices real input and output. */
export interface IoWatch {
  start(): void;
  stop(): void;
  /** What goes on now and did not when this was made: one entry for each resource, its kind. */
  leftOver(): string[];
  /**
   * Whether anything asynchronous has begun since the start, real or inside the host, besides promises,
   * next ticks, virtual timers and this many immediates: it may need turns of the real loop to go on.
   */
  othersSince(immediates: number): boolean;
}

/** Remembers where each pending promise was made, to say who waits in a deadlock. */
export interface WaitTracer {
  start(): void;
  stop(): void;
  /** The places where promises still pending were made, latest first, with how many each made. */
  pending(): string[];
}
