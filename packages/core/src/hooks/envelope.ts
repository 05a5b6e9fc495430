import type { ContextRunner } from './context-capture.ts';

/** What an emit carries beyond its data. Made only for emits that carry any of it. */
export interface Envelope {
  /** Ordering key: tasks of one hook with the same key run one at a time, in order. */
  readonly key: unknown;
  /** When the emit is no longer worth anything, on the clock of `performance.now()`. */
  readonly deadline: number;
  readonly runInContext: ContextRunner | undefined;
}
