import type { RunRecord } from '../scenario/record.ts';

/**
 * Something that shows a run while it happens. It sees the records in their order, and nothing else.
 */
export interface View {
  /** Takes the next record. Synchronous and cheap: the simulation waits for it. */
  readonly write: (record: RunRecord) => void;
  /**
   * Ends the view: prints what it held back and gives back what it took (cursor, raw mode).
   * Also right after an interrupted run, when no `run.finished` came. A second call does nothing.
   */
  readonly close: () => void | Promise<void>;
}

/** Where a view prints text: any Node stream, or a collector of strings in a test. */
export interface TextSink {
  readonly write: (text: string) => unknown;
}
