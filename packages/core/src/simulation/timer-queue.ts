import { toDelayUs } from './delay.ts';
import { TimerHeap } from './timer-heap.ts';
import { type Callback, idle, inBatch, type TimerOwner, VirtualTimer } from './virtual-timer.ts';

/** The timers that are armed, and how many of them keep a run alive. */
export class TimerQueue implements TimerOwner {
  readonly #heap = new TimerHeap();
  readonly #nowUs: () => number;
  readonly #byNumber = new Map<number, VirtualTimer>();
  #sequence = 0;
  #refs = 0;
  #isClosed = false;

  constructor(nowUs: () => number) {
    this.#nowUs = nowUs;
  }

  /** Armed timers, without those that were taken to be fired. */
  get size(): number {
    return this.#heap.size;
  }

  /** Whether an armed timer, or one about to be fired, keeps the run alive. */
  get hasRefs(): boolean {
    return this.#refs > 0;
  }

  add(
    callback: Callback,
    delayMs: unknown,
    args: readonly unknown[],
    repeats: boolean,
  ): VirtualTimer {
    const timer = new VirtualTimer(this, callback, args, toDelayUs(delayMs), repeats);
    this.#arm(timer, this.#nowUs());
    return timer;
  }

  /** The timer that is due first. */
  next(): VirtualTimer | undefined {
    return this.#heap.peek();
  }

  /** Takes all timers that are due, in the order in which they fire. */
  takeDue(): VirtualTimer[] {
    const nowUs = this.#nowUs();
    const due: VirtualTimer[] = [];
    for (;;) {
      const timer = this.#heap.peek();
      if (timer === undefined || timer.dueUs > nowUs) return due;
      this.#heap.remove(timer);
      timer.position = inBatch;
      due.push(timer);
    }
  }

  /**
   * Runs the callback of a timer that was taken. When it returns an interval is armed again, from the
   * moment at which the callback began: it keeps its beat however long the callback blocks.
   */
  fire(timer: VirtualTimer): void {
    const begunUs = this.#nowUs();
    this.#disarm(timer);
    try {
      timer.runInAsyncScope(timer.callback, timer, ...timer.args);
    } finally {
      const isAgain = timer.repeats && !timer.isCleared && timer.position === idle;
      if (isAgain) this.#arm(timer, begunUs);
      if (timer.position === idle) this.#forgetNumber(timer);
    }
  }

  rearm(timer: VirtualTimer): void {
    this.#disarm(timer);
    this.#arm(timer, this.#nowUs());
  }

  cancel(timer: VirtualTimer): void {
    timer.isCleared = true;
    this.#disarm(timer);
    this.#forgetNumber(timer);
  }

  cancelByNumber(number: number): void {
    const timer = this.#byNumber.get(number);
    if (timer !== undefined) this.cancel(timer);
  }

  refChanged(timer: VirtualTimer): void {
    if (timer.position !== idle) this.#refs += timer.hasRef() ? 1 : -1;
  }

  giveNumber(timer: VirtualTimer): number {
    // Node numbers its timers by async id too: a number is never both a real and a virtual timer's.
    const number = timer.asyncId();
    if (timer.position !== idle) this.#byNumber.set(number, timer);
    return number;
  }

  /** From now on nothing can be armed. */
  close(): void {
    this.#isClosed = true;
  }

  #arm(timer: VirtualTimer, fromUs: number): void {
    if (this.#isClosed) return;
    this.#sequence += 1;
    timer.sequence = this.#sequence;
    timer.dueUs = fromUs + timer.delayUs;
    this.#heap.push(timer);
    if (timer.hasRef()) this.#refs += 1;
  }

  #disarm(timer: VirtualTimer): void {
    if (timer.position === idle) return;
    if (timer.position === inBatch) timer.position = idle;
    else this.#heap.remove(timer);
    if (timer.hasRef()) this.#refs -= 1;
  }

  #forgetNumber(timer: VirtualTimer): void {
    if (this.#byNumber.size > 0) this.#byNumber.delete(timer.asyncId());
  }
}
