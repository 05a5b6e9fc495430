/** A handler of the benchmark: does nothing, at once or through a promise. */
export type BenchHandler = (data: number) => void | Promise<void>;

/** What a peer is given to do: the same for all of them. */
export interface Work {
  readonly handlers: readonly BenchHandler[];
  /** Handlers under way at once, for peers that can bound it. */
  readonly concurrency: number;
  /** The most events that may wait at once. */
  readonly events: number;
  /** A limit on every handler, for peers that can express one. */
  readonly limitMs: number | undefined;
}

/** One peer, set up for one piece of work. */
export interface Session {
  emit(data: number): void;
  /** Resolves when every handler of every emit is over, by the peer's own means of telling. */
  settled(): Promise<void>;
}

/** One library on the same work as the others. */
export interface Peer {
  readonly name: string;
  /** What it can do: run synchronous handlers, await promises, put a limit on a handler. */
  readonly can: ReadonlySet<'sync' | 'async' | 'limit' | 'wait'>;
  /** The share of the events that it is given, so that slow peers end in this lifetime. */
  readonly share: number;
  /** What a reader has to know to compare fairly. */
  readonly note?: string;
  open(work: Work): Session;
}
