import { ConnectionResetError } from '@firedrill/core/services';

/**
 * The life of one process, from its start to its crash. When it ends, everything in its memory is
 * gone: nothing that it has begun goes on, no timer of it fires, no answer reaches it. What it has
 * sent is on its way, and is performed by whoever receives it.
 */
export interface Life {
  /** Unique, e.g. `app-2#3`: the third start of `app-2`. */
  readonly name: string;
  readonly isOver: boolean;
  /**
   * Makes a call to the outside. After the crash it is not made, and what is under way never
   * settles: the code that awaits it is gone with the process.
   */
  outside<T>(call: () => Promise<T>): Promise<T>;
  /** Runs `task` after that time, unless the process is gone by then. */
  after(ms: number, task: () => void): void;
  /** Runs `task` every so often for as long as the process lives. Returns what stops it. */
  every(ms: number, task: () => void): () => void;
  sleep(ms: number): Promise<void>;
  /** Runs at the crash, outside of the process: for what others notice of it, as a server does. */
  onCrash(notice: () => void): void;
}

/** A life as its owner sees it. */
export interface OwnedLife extends Life {
  end(): void;
}

const never = new Promise<never>(() => {});

export function createLife(name: string): OwnedLife {
  const timers = new Set<NodeJS.Timeout>();
  const notices: (() => void)[] = [];
  let isOver = false;

  function after(ms: number, task: () => void): void {
    if (isOver) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      task();
    }, ms);
    timers.add(timer);
  }

  return {
    name,
    get isOver() {
      return isOver;
    },
    outside<T>(call: () => Promise<T>): Promise<T> {
      if (isOver) return never;
      return new Promise((resolve, reject) => {
        const under = call();
        under.then(
          (value) => isOver || resolve(value),
          // oxlint-disable-next-line prefer-promise-reject-errors -- handed on as it came
          (error: unknown) => isOver || reject(error),
        );
      });
    },
    after,
    every(ms, task) {
      if (isOver) return () => {};
      const timer = setInterval(task, ms);
      timers.add(timer);
      return () => {
        clearInterval(timer);
        timers.delete(timer);
      };
    },
    sleep: (ms) => (isOver ? never : new Promise((resolve) => after(ms, resolve))),
    onCrash(notice) {
      notices.push(notice);
    },
    end() {
      if (isOver) return;
      isOver = true;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      for (const notice of notices) notice();
    },
  };
}

/** Clients whose calls end with the life of the process that makes them. */
export function boundTo<Clients extends object>(life: Life, clients: Clients): Clients {
  const methods = Object.entries(clients).map(([name, method]: [string, unknown]) => [
    name,
    typeof method === 'function'
      ? (...args: unknown[]) =>
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a client has methods only
          life.outside(() => (method as (...all: unknown[]) => Promise<unknown>)(...args))
      : method,
  ]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same methods under the same names
  return Object.fromEntries(methods) as Clients;
}

/** What runs in one process, made afresh at every start. */
export interface Program {
  /** Takes nothing new, and resolves when everything that was taken is done. Default: nothing is left. */
  close?(): Promise<void>;
}

/** One place in the cluster: a process that runs, or one that crashed and is not back yet. */
export interface Place<P extends Program> {
  readonly name: string;
  readonly program: P | undefined;
  /** Runs `work` on the program; a crash meanwhile resets the connection. */
  run<T>(work: (program: P) => Promise<T>): Promise<T>;
  /** Ends the process: its memory is gone. It starts again when `boot` is called. */
  crash(): void;
  boot(): void;
}

export function createPlace<P extends Program>(name: string, start: (life: Life) => P): Place<P> {
  let starts = 0;
  let life: OwnedLife | undefined;
  let program: P | undefined;
  const inFlight = new Set<(error: Error) => void>();

  const place: Place<P> = {
    name,
    get program() {
      return program;
    },
    async run(work) {
      if (program === undefined) throw new ConnectionResetError(name, 'handle');
      const running = program;
      let reset: ((error: Error) => void) | undefined;
      try {
        return await new Promise((resolve, reject) => {
          reset = reject;
          inFlight.add(reject);
          work(running).then(resolve, reject);
        });
      } finally {
        if (reset !== undefined) inFlight.delete(reset);
      }
    },
    crash() {
      if (program === undefined) return;
      program = undefined;
      life?.end();
      for (const reset of inFlight) reset(new ConnectionResetError(name, 'handle'));
      inFlight.clear();
    },
    boot() {
      if (program !== undefined) return;
      starts += 1;
      life = createLife(`${name}#${starts}`);
      program = start(life);
    },
  };
  place.boot();
  return place;
}
