import { idle, type VirtualTimer } from './virtual-timer.ts';

/**
 * A binary heap of timers by due time, then by the order in which they were armed.
 *
 * Each timer knows its index, so that a cleared one leaves at once in O(log n): a service that sets
 * and clears a hundred thousand 5 s time-outs a second keeps none of them.
 */
export class TimerHeap {
  readonly #timers: VirtualTimer[] = [];

  get size(): number {
    return this.#timers.length;
  }

  peek(): VirtualTimer | undefined {
    return this.#timers[0];
  }

  push(timer: VirtualTimer): void {
    this.#timers.push(timer);
    this.#up(timer, this.#timers.length - 1);
  }

  remove(timer: VirtualTimer): void {
    const hole = timer.position;
    const last = this.#timers.pop();
    timer.position = idle;
    if (last === undefined || last === timer) return;
    const parent = this.#timers[(hole - 1) >> 1];
    if (hole > 0 && parent !== undefined && isBefore(last, parent)) this.#up(last, hole);
    else this.#down(last, hole);
  }

  #up(timer: VirtualTimer, from: number): void {
    const timers = this.#timers;
    let index = from;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = timers[parentIndex];
      if (parent === undefined || !isBefore(timer, parent)) break;
      timers[index] = parent;
      parent.position = index;
      index = parentIndex;
    }
    timers[index] = timer;
    timer.position = index;
  }

  #down(timer: VirtualTimer, from: number): void {
    const timers = this.#timers;
    let index = from;
    for (;;) {
      let childIndex = 2 * index + 1;
      let child = timers[childIndex];
      if (child === undefined) break;
      const right = timers[childIndex + 1];
      if (right !== undefined && isBefore(right, child)) {
        child = right;
        childIndex += 1;
      }
      if (!isBefore(child, timer)) break;
      timers[index] = child;
      child.position = index;
      index = childIndex;
    }
    timers[index] = timer;
    timer.position = index;
  }
}

function isBefore(a: VirtualTimer, b: VirtualTimer): boolean {
  return a.dueUs < b.dueUs || (a.dueUs === b.dueUs && a.sequence < b.sequence);
}
