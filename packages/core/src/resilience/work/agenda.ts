import { type LongTimer, setLongTimer } from '../long-timer.ts';
import { DueQueue } from './due-queue.ts';
import { KeyLines } from './key-lines.ts';
import type { WorkItem } from './work-item.ts';

/** An item in the works, as it is now. */
export interface WorkInHand<Payload> {
  item: WorkItem<Payload>;
  /** The order in which the items were promised. */
  readonly rank: number;
}

export interface AgendaOptions {
  readonly concurrencyPerKey: number;
  /** There may be something for `next`. */
  readonly onDue: () => void;
  /** The pause of a key is over. */
  readonly onRelease: (key: string) => void;
}

/** What is to be done when: what is due later waits on one timer, what is due now stands in line. */
export class Agenda<Payload> {
  readonly lines: KeyLines<WorkInHand<Payload>>;
  readonly #options: AgendaOptions;
  readonly #later = new DueQueue<WorkInHand<Payload>>();
  #timer: LongTimer | undefined;
  #timerAtMs = Infinity;

  constructor(options: AgendaOptions) {
    this.#options = options;
    this.lines = new KeyLines({
      keyOf: ({ item }) => item.key,
      rankOf: ({ rank }) => rank,
      perKey: options.concurrencyPerKey,
      onRelease: (key) => {
        options.onRelease(key);
        queueMicrotask(options.onDue);
      },
    });
  }

  add(task: WorkInHand<Payload>, delayMs: number): void {
    if (delayMs > 0) {
      this.#later.push(task, performance.now() + delayMs, task.rank);
      this.#arm();
    } else {
      this.lines.add(task);
      this.#options.onDue();
    }
  }

  stop(): void {
    this.#timer?.clear();
    this.lines.stop();
  }

  #arm(): void {
    const { firstAtMs = Infinity } = this.#later;
    if (firstAtMs >= this.#timerAtMs) return;
    this.#timer?.clear();
    this.#timerAtMs = firstAtMs;
    this.#timer = setLongTimer(this.#ring, firstAtMs - performance.now());
  }

  readonly #ring = (): void => {
    this.#timer = undefined;
    this.#timerAtMs = Infinity;
    const nowMs = performance.now();
    while ((this.#later.firstAtMs ?? Infinity) <= nowMs) {
      const task = this.#later.pop();
      if (task !== undefined) this.lines.add(task);
    }
    this.#arm();
    this.#options.onDue();
  };
}
