import { Deadlines } from './deadlines.ts';
import type { Envelope } from './envelope.ts';
import type { FanoutPart } from './fanout.ts';
import type { Hook } from './hook.ts';
import { KeyLine } from './key-line.ts';
import type { Lane } from './lane.ts';
import { unlink, valuesOf } from './linked-list.ts';
import type { Signals } from './signals.ts';
import { TrackedEmit, TrackedTask } from './tracked-task.ts';

/**
 * All tracked tasks of a pool: which of them may start, which wait for their key, and which leave
 * before they do. Every step takes constant time (a deadline logarithmic), however long a line is.
 */
export class TrackedTasks {
  /** The limits of tracked emits that still have tasks waiting. */
  readonly deadlines = new Deadlines<TrackedEmit>();
  /** Tasks that wait and had to wait for their key, over all lanes. */
  aside = 0;
  #emits = 0;
  /** Lines in which tasks are parked. */
  readonly #lines = new Set<KeyLine>();
  readonly #signals: Signals;

  constructor(signals: Signals) {
    this.#signals = signals;
  }

  /** Takes in the tasks of an emit; keys are claimed here, or stood in line for. */
  admit(
    parts: readonly FanoutPart[],
    data: unknown,
    emittedAt: number,
    envelope: Envelope,
  ): TrackedEmit {
    const emit = new TrackedEmit(data, emittedAt, envelope, this.#emits++);
    for (const { lane, hooks } of parts) {
      for (const hook of hooks) {
        const task = new TrackedTask(hook, lane, emit);
        emit.tasks.push(task);
        if (!this.#park(task)) {
          this.#makeReady(task);
          task.place = lane.placed.append(task);
        }
      }
    }
    emit.waiting = emit.tasks.length;
    emit.open = emit.tasks.length;
    this.deadlines.add(emit);
    return emit;
  }

  /** A task leaves its line, since its handler is about to be called. */
  start(task: TrackedTask): void {
    this.#leaveLine(task);
    task.state = 'running';
  }

  /** A task leaves its line for good. */
  drop(task: TrackedTask): void {
    this.#leaveLine(task);
    this.end(task);
    this.passKeyOn(task);
  }

  /** A task has been counted; its handler may go on, and its key is passed on by itself. */
  end(task: TrackedTask): void {
    if (task.state === 'over') return;
    task.state = 'over';
    const { emit } = task;
    if (--emit.open > 0) return;
    for (const signal of emit.envelope.signals) this.#signals.forget(signal, emit);
  }

  /** Lets the next task of the key go; nothing happens the second time. */
  passKeyOn(task: TrackedTask): void {
    const { line, hook, emit } = task;
    if (!task.ownsKey || line === undefined) return;
    task.ownsKey = false;
    const next = line.first?.value;
    if (next === undefined) {
      hook.lines?.delete(emit.envelope.key);
      return;
    }
    this.#leaveTurn(next);
    next.ownsKey = true;
    this.#makeReady(next);
  }

  /** Everything that waits, in the order of the emits. */
  allWaiting(lanes: readonly Lane[]): readonly TrackedTask[] {
    const tasks: TrackedTask[] = [];
    for (const line of this.#lines) addAll(tasks, valuesOf(line));
    for (const lane of lanes) addAll(tasks, valuesOf(lane.ready));
    return inOrder(tasks);
  }

  /** What waits for hooks that have left, in the order of the emits. */
  waitingFor(departed: ReadonlySet<Hook>, lanes: readonly Lane[]): readonly TrackedTask[] {
    const tasks: TrackedTask[] = [];
    for (const hook of departed) {
      for (const line of hook.lines?.values() ?? []) addAll(tasks, valuesOf(line));
    }
    for (const lane of lanes) {
      addAll(
        tasks,
        valuesOf(lane.ready).filter(({ hook }) => departed.has(hook)),
      );
    }
    return inOrder(tasks);
  }

  /** Whether the task has to wait for its key. */
  #park(task: TrackedTask): boolean {
    const { hook, lane } = task;
    const { key } = task.emit.envelope;
    if (key === undefined) return false;
    hook.lines ??= new Map();
    const line = hook.lines.get(key);
    if (line === undefined) {
      task.line = new KeyLine();
      task.ownsKey = true;
      hook.lines.set(key, task.line);
      return false;
    }
    task.line = line;
    task.isAside = true;
    task.state = 'parked';
    task.turn = line.append(task);
    this.#lines.add(line);
    task.place = line.asideIn(lane).append(task);
    line.aside++;
    lane.aside++;
    this.aside++;
    return true;
  }

  /** Its turn comes after everything that could start before it: keys take turns. */
  #makeReady(task: TrackedTask): void {
    const { lane } = task;
    task.state = 'ready';
    task.readyAfter = lane.queue.end;
    task.turn = lane.ready.append(task);
  }

  #leaveLine(task: TrackedTask): void {
    const { lane, line, emit } = task;
    this.#leaveTurn(task);
    unlink(task.place);
    if (task.isAside) {
      lane.aside--;
      this.aside--;
      if (line !== undefined) line.aside--;
    }
    if (--emit.waiting === 0) this.deadlines.remove(emit);
  }

  #leaveTurn({ turn, line }: TrackedTask): void {
    unlink(turn);
    if (line?.size === 0) this.#lines.delete(line);
  }
}

function addAll<T>(to: T[], from: readonly T[]): void {
  for (const value of from) to.push(value);
}

function inOrder(tasks: readonly TrackedTask[]): readonly TrackedTask[] {
  return tasks.toSorted((one, other) => one.emit.order - other.emit.order);
}
