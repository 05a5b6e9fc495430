import type { Letter } from '../dead-letters.ts';
import type { ReplayOptions, ReplayReport } from '../replay.ts';
import type { WorkItem } from './work-item.ts';

/** What is to be promised. */
export interface NewWork<Payload> {
  /** See `WorkItem.id`. */
  readonly id: string;
  /** See `WorkItem.key`. */
  readonly key: string;
  readonly payload: Payload;
}

/** What is left: `waiting + running + dead` is the number of items in the store. */
export interface WorkReport {
  /** Due now or later. */
  readonly waiting: number;
  /** Being attempted, or done and not noted yet. */
  readonly running: number;
  /** Given up, and kept for a replay. */
  readonly dead: number;
  /** When the oldest that waits or runs was promised, in milliseconds since 1970. */
  readonly oldestPromisedAtMs: number | undefined;
}

/**
 * Counted since it was opened. `submitted + resumed` is the sum of `done`, `died` and what waits or
 * runs.
 */
export interface WorkMetrics {
  /** Taken on, and kept, by `submit`. */
  readonly submitted: number;
  /** Found in the store, dead letters not counted. */
  readonly resumed: number;
  readonly done: number;
  /** Given up. */
  readonly died: number;
  /** Attempts that were made, replays included. */
  readonly attempts: number;
  /** Of these, failed. */
  readonly failures: number;
  /** Refused by a breaker or a rate limit of one's own, and not attempted. */
  readonly refusals: number;
  /** Dead letters that a replay delivered. */
  readonly replayed: number;
  /** Operations of the store that rejected. */
  readonly storeFailures: number;
  /** Calls of observers that threw or rejected. */
  readonly observerFailures: number;
}

/** Work that must get done. */
export interface Work<Payload> {
  /**
   * Takes on work. When it resolves, the work is promised: it is in the store, and will be done, or end
   * as a dead letter, whatever becomes of this process. Work that is kept already is `known`, and is
   * not done twice; once it is done it is forgotten.
   *
   * Rejects with WorkClosedError, with WorkConflictError when the id stands for other work, with
   * TypeError when the payload is not plain data, or with what the store says; then it is not promised.
   */
  submit(work: NewWork<Payload>): Promise<'added' | 'known'>;
  /** What is left. Linear in the number of items. */
  report(): WorkReport;
  metrics(): WorkMetrics;
  /** All items that are not done, dead letters included. */
  items(): readonly WorkItem<Payload>[];
  /** Dead letters, the oldest first. */
  deadLetters(): readonly WorkItem<Payload>[];
  /**
   * Tries dead letters once each; those that fail again stay. Default: all, the final ones too. A letter
   * that another replay has in hand is passed over.
   */
  replay(options?: ReplayOptions<Letter<WorkItem<Payload>>>): Promise<ReplayReport>;
  /**
   * The receiver of `key` is back, say because its breaker has closed: what it had refused is tried at
   * once, and its dead letters are replayed, but for final ones.
   */
  receiverIsBack(key: string): void;
  /**
   * Resolves when nothing waits or runs, or when the time is over, with what is left. New work is still
   * taken on.
   */
  drain(options: WorkDrainOptions): Promise<WorkReport>;
  /**
   * Takes on nothing more, drains, ends what still runs through its signal, and stops. What is left is
   * in the store, for whoever opens it next. A second time does nothing more.
   */
  close(options: WorkDrainOptions): Promise<WorkReport>;
}

/** For how many ms, and until which signal, work that is under way is waited for. */
export interface WorkDrainOptions {
  /** Longest time, in milliseconds, 0 or more; `Infinity` is no limit. */
  readonly timeoutMs: number;
  /** Ends the waiting earlier. */
  readonly signal?: AbortSignal;
}
