import type { VirtualTimer } from './virtual-timer.ts';

/** How many are remembered: enough to recognise the place, few enough to read. */
const capacity = 8;

/** The last timers that fired, for the message of a deadlock. */
export class RecentTimers {
  readonly #timers: (VirtualTimer | undefined)[] = Array.from({ length: capacity });
  readonly #timesUs: number[] = Array.from({ length: capacity }, () => 0);
  #count = 0;

  add(timer: VirtualTimer, nowUs: number): void {
    const index = this.#count % capacity;
    this.#timers[index] = timer;
    this.#timesUs[index] = nowUs;
    this.#count += 1;
  }

  /** One line for each, oldest first. */
  describe(): string[] {
    const lines: string[] = [];
    for (let i = this.#count; i < this.#count + capacity; i += 1) {
      const timer = this.#timers[i % capacity];
      if (timer === undefined) continue;
      const kind = timer.repeats ? 'setInterval' : 'setTimeout';
      const name = timer.callback.name === '' ? 'anonymous function' : timer.callback.name;
      const atMs = (this.#timesUs[i % capacity] ?? 0) / 1000;
      lines.push(`${kind} of ${timer.delayUs / 1000} ms (${name}) at ${atMs} ms`);
    }
    return lines;
  }
}
