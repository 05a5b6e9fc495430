/** What an emit is a consequence of: the context of a handler is one, and so is a dead letter. */
export interface EmitCause {
  /** The emit that is the cause, if it has been given an id or asked for one. */
  readonly id: string | undefined;
  /** What both have in common. */
  readonly correlationId: string | undefined;
}

/** Options of one emit. */
export interface EmitOptions<Lane extends string = string> {
  /** Sends all tasks of the emit to this lane, whatever the lanes of its hooks. */
  readonly lane?: Lane;
  /** Tasks of one hook with the same key run one at a time, in the order of their emits. */
  readonly key?: unknown;
  /**
   * How long the emit is worth anything, in milliseconds counted from the emit: the wait for room,
   * the wait in the queue and the run together. A task that has not started by then never does.
   * Zero and less say that it is over already: the tasks count as timed out. Infinity is no limit.
   */
  readonly timeoutMs?: number;
  /**
   * Cancels the emit: refused before it was admitted and while it waits for room, a dead letter
   * while it waits in the queue, and aborted through `context.signal` while it runs.
   */
  readonly signal?: AbortSignal;
  /**
   * What the emit follows from: give the handler's context. The emit has its correlation id, is
   * cancelled with the emit that the handler runs for, and counts for `maxChainLength`.
   */
  readonly cause?: EmitCause;
  /** Default: made by `createId` when it is first read. */
  readonly id?: string;
  /** Default: that of the cause; without a cause, the id of the emit itself. */
  readonly correlationId?: string;
}
