import type { Lane } from './lane.ts';
import type { Task } from './emit-queue.ts';

/** A task that waits for its key, with the lane that it was admitted to. */
export interface ParkedTask {
  readonly task: Task;
  readonly lane: Lane;
}

/**
 * Keeps the tasks of one hook that share a key in order, one at a time.
 *
 * A key is either free (no entry), or claimed by one task that runs or is about to, with the later
 * ones parked behind it. Releasing a key hands the claim to the first parked task, or frees the
 * key. Parked tasks take no worker, so a slow key holds up nobody else.
 */
export class KeyGate {
  readonly #lines = new Map<unknown, ParkedTask[]>();

  /** Claims the key if it is free. */
  claim(key: unknown): boolean {
    if (this.#lines.has(key)) return false;
    this.#lines.set(key, []);
    return true;
  }

  park(key: unknown, parked: ParkedTask): void {
    this.#lines.get(key)?.push(parked);
  }

  /** Passes the claim on: the task returned owns the key now. Undefined when the key is free. */
  release(key: unknown): ParkedTask | undefined {
    const next = this.#lines.get(key)?.shift();
    if (next === undefined) this.#lines.delete(key);
    return next;
  }

  /** Empties every line, for `close()`. Claims of tasks that run stay. */
  drainParked(): ParkedTask[] {
    const parked: ParkedTask[] = [];
    for (const line of this.#lines.values()) parked.push(...line.splice(0));
    return parked;
  }

  /** Keys claimed at this moment. */
  get size(): number {
    return this.#lines.size;
  }
}
