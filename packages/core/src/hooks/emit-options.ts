/** Options of one emit. */
export interface EmitOptions<Lane extends string = string> {
  /** Sends all tasks of the emit to this lane, whatever the lanes of its hooks. */
  readonly lane?: Lane;
  /** Tasks of one hook with the same key run one at a time, in the order of their emits. */
  readonly key?: unknown;
  /**
   * How long the emit is worth anything, counted from the emit: the wait for room, the wait in the
   * queue and the run together. A task that has not started by then never does.
   */
  readonly timeoutMs?: number;
}
