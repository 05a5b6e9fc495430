import type { Task } from './emit-queue.ts';
import type { Hook } from './hook.ts';
import { KeyGate, type ParkedTask } from './key-gate.ts';
import type { Lane } from './lane.ts';

/** Applies the key gates of all hooks: who may start, who has to park, and who is next. */
export class KeyOrder {
  /** Gates that may have parked tasks, so that `close()` finds them also after their hook left. */
  readonly #gates = new Set<KeyGate>();

  /** True when the task may start; else it is parked behind the tasks of its key. */
  claim(task: Task, key: unknown, lane: Lane): boolean {
    const { hook } = task;
    const gate = (hook.keys ??= new KeyGate());
    if (gate.claim(key)) return true;
    gate.park(key, { task, lane });
    this.#gates.add(gate);
    lane.aside++;
    return false;
  }

  /** To be called when a task with this key is over: makes the next one ready in its lane. */
  release(hook: Hook, key: unknown): void {
    const gate = hook.keys;
    if (key === undefined || gate === undefined) return;
    const next = gate.release(key);
    if (next !== undefined) next.lane.ready.push(next.task);
    else if (gate.size === 0) this.#gates.delete(gate);
  }

  drainParked(): ParkedTask[] {
    const parked = Array.from(this.#gates, (gate) => gate.drainParked()).flat();
    for (const { lane } of parked) lane.aside--;
    return parked;
  }
}
