import type { CoarseClock } from './coarse-clock.ts';
import {
  type DeadLetter,
  deadLetter,
  type DeadLetterReason,
  type LetterSubject,
} from './dead-letter.ts';
import type { Lineage } from './lineage.ts';
import type { TurnBudget } from './turn-budget.ts';

/** What `onError` is told beside the error. */
export interface ErrorReport<Event extends string = string, LaneName extends string = string> {
  readonly event: Event;
  readonly hook: string;
  readonly lane: LaneName;
  readonly key: unknown;
}

export interface Observers {
  readonly onError: ((error: unknown, report: ErrorReport) => unknown) | undefined;
  readonly onDeadLetter: ((letter: DeadLetter) => unknown) | undefined;
}

interface Report {
  readonly letter: DeadLetter;
  /** Whether `onError` is told as well. */
  readonly isError: boolean;
  readonly depth: number;
}

/**
 * Tells the observers, in passes of the pool and out of the same budget as the handlers: whatever
 * an observer does, an emit included, the event loop gets its turn. Observers are user code like
 * any handler: what they throw, at once or through a promise, is counted and touches nothing else.
 */
export class Reporter {
  /** Calls of observers that threw or rejected. */
  observerFailures = 0;
  readonly #observers: Observers;
  readonly #clock: CoarseClock;
  readonly #budget: TurnBudget;
  readonly #lineage: Lineage;
  readonly #isHeard: boolean;
  #outbox: Report[] = [];
  #told = 0;

  constructor(observers: Observers, clock: CoarseClock, budget: TurnBudget, lineage: Lineage) {
    this.#observers = observers;
    this.#clock = clock;
    this.#budget = budget;
    this.#lineage = lineage;
    this.#isHeard = observers.onError !== undefined || observers.onDeadLetter !== undefined;
  }

  /** Reports that nobody has been told of yet. */
  get waiting(): number {
    return this.#outbox.length - this.#told;
  }

  /** A handler threw, or a limit passed: an error, and a dead letter. */
  failure(
    subject: LetterSubject,
    reason: 'failed' | 'timed-out',
    started: boolean,
    error: unknown,
  ): DeadLetter {
    const letter = deadLetter(subject, reason, started, error);
    if (this.#isHeard) this.#put(subject, letter, true);
    return letter;
  }

  /** A task came to nothing without anybody's error. */
  loss(
    subject: LetterSubject,
    reason: DeadLetterReason,
    started: boolean,
    error?: unknown,
  ): DeadLetter {
    const letter = deadLetter(subject, reason, started, error);
    if (this.#observers.onDeadLetter !== undefined) this.#put(subject, letter, false);
    return letter;
  }

  /** Tells up to `most` reports, while the budget lasts; whether any was told. */
  flush(most = Infinity): boolean {
    if (this.#outbox.length === 0) return false;
    let told = 0;
    while (told < most && this.#budget.spend(this.waiting)) {
      const report = this.#outbox[this.#told++];
      if (this.#told === this.#outbox.length) this.#forgetTold();
      if (report !== undefined) this.#tell(report);
      told++;
      if (this.#clock.afterHandler()) this.#budget.checkTime();
    }
    if (this.#told > 1_024 && this.#told * 2 > this.#outbox.length) this.#forgetTold();
    return told > 0;
  }

  /** Something of the user's that is called beside the handlers has failed. */
  observerFailed = (): void => {
    this.observerFailures++;
  };

  #put({ envelope }: LetterSubject, letter: DeadLetter, isError: boolean): void {
    this.#outbox.push({ letter, isError, depth: envelope?.depth ?? 0 });
  }

  #forgetTold(): void {
    this.#outbox = this.#outbox.slice(this.#told);
    this.#told = 0;
  }

  #tell({ letter, isError, depth }: Report): void {
    const { onError, onDeadLetter } = this.#observers;
    const lineage = this.#lineage;
    const before = lineage.depth;
    lineage.depth = depth;
    lineage.isObserver = true;
    if (isError && onError !== undefined) {
      const { event, hook, lane, key } = letter;
      this.#call(() => onError(letter.error, { event, hook, lane, key }));
    }
    if (onDeadLetter !== undefined) this.#call(() => onDeadLetter(letter));
    lineage.isObserver = false;
    lineage.depth = before;
  }

  #call(observe: () => unknown): void {
    try {
      const result = observe();
      if (typeof result === 'object' && result !== null && 'then' in result) {
        // A promise of our own, since the observer's may have any `then`.
        new Promise((resolve) => resolve(result)).then(undefined, this.observerFailed);
      }
    } catch {
      this.observerFailures++;
    }
  }
}
