import type { Envelope } from './envelope.ts';
import type { Hook } from './hook.ts';

/** A waiting task. */
export interface Task {
  readonly hook: Hook;
  readonly data: unknown;
  readonly emittedAt: number;
  readonly envelope: Envelope | undefined;
}

// 512 emits make a chunk of 12 KB: small enough to start with, large enough that the objects of a
// chunk cost half a byte an emit.
const chunkSize = 512;
// Copied for each chunk: ten times as fast as making one from a length.
const blank: undefined[] = Array.from({ length: chunkSize });
// Starts with fractions, so that V8 keeps the times as plain doubles.
const blankTimes: number[] = Array.from({ length: chunkSize }, () => 0.5);

class Chunk {
  readonly hooks: (readonly Hook[] | undefined)[] = blank.slice();
  readonly data: unknown[] = blank.slice();
  readonly emittedAt = blankTimes.slice();
  envelopes: (Envelope | undefined)[] | undefined;
  next: Chunk | undefined;
  previous: Chunk | undefined;
}

/**
 * The waiting emits of one lane, first in first out.
 *
 * One entry per emit, not per task: the handlers of an event are one immutable array, shared by all
 * emits, so that an emit to ten handlers costs what an emit to one costs: three words (handlers,
 * data, time), and a fourth only in chunks that hold an emit with a key, a limit or a context. The
 * entry at the head is handed out handler by handler. Chunks are linked in both directions, since
 * shedding takes from either end; one emptied chunk is kept for reuse.
 */
export class EmitQueue {
  /** Tasks waiting here: the handlers still to be called, over all entries. */
  tasks = 0;
  takenData: unknown;
  takenAt = 0;
  takenEnvelope: Envelope | undefined;
  #head: Chunk | undefined;
  #tail: Chunk | undefined;
  #spare: Chunk | undefined;
  #headIndex = 0;
  #tailIndex = 0;
  /** The handlers of the entry at the head, while the fields `taken…` are of that entry. */
  #open: readonly Hook[] | undefined;
  /** Next handler of the entry at the head. */
  #cursor = 0;

  push(hooks: readonly Hook[], data: unknown, emittedAt: number, envelope?: Envelope): void {
    let chunk = this.#tail;
    if (chunk === undefined || this.#tailIndex === chunkSize) chunk = this.#grow();
    const index = this.#tailIndex++;
    chunk.hooks[index] = hooks;
    chunk.data[index] = data;
    chunk.emittedAt[index] = emittedAt;
    if (envelope !== undefined) (chunk.envelopes ??= [])[index] = envelope;
    this.tasks += hooks.length;
  }

  /**
   * Takes the oldest task: gives back its hook, and leaves the rest in the fields `taken…`, since an
   * object for each task would cost more than all else that is done here. Undefined when empty.
   */
  take(): Hook | undefined {
    const hooks = this.#open ?? this.#openHead();
    if (hooks === undefined) return undefined;
    this.tasks--;
    const hook = hooks[this.#cursor];
    if (++this.#cursor === hooks.length) this.#dropHead();
    return hook;
  }

  /** Reads the entry at the head, once for all of its handlers. */
  #openHead(): readonly Hook[] | undefined {
    const chunk = this.#head;
    if (chunk === undefined || this.tasks === 0) return undefined;
    const index = this.#headIndex;
    this.takenData = chunk.data[index];
    this.takenAt = chunk.emittedAt[index] ?? 0;
    this.takenEnvelope = chunk.envelopes === undefined ? undefined : chunk.envelopes[index];
    this.#open = chunk.hooks[index];
    return this.#open;
  }

  /** Takes the newest emit whole (what is left of it), calling back for each of its tasks. */
  popNewest(each: (task: Task) => void): void {
    const chunk = this.#tail;
    if (chunk === undefined || this.tasks === 0) return;
    const index = this.#tailIndex - 1;
    const hooks = chunk.hooks[index] ?? [];
    const isHead = chunk === this.#head && index === this.#headIndex;
    const from = isHead ? this.#cursor : 0;
    const rest = hooks.slice(from);
    const data = chunk.data[index];
    const emittedAt = chunk.emittedAt[index] ?? 0;
    const envelope = chunk.envelopes?.[index];
    this.tasks -= rest.length;
    if (isHead) this.#dropHead();
    else this.#dropTail(chunk, index);
    for (const hook of rest) each({ hook, data, emittedAt, envelope });
  }

  /** Takes the oldest emit whole (what is left of it), calling back for each of its tasks. */
  popOldest(each: (task: Task) => void): void {
    if (this.tasks === 0) return;
    const left = (this.#head?.hooks[this.#headIndex]?.length ?? 0) - this.#cursor;
    const tasks: Task[] = [];
    for (let i = 0; i < left; i++) {
      const hook = this.take();
      if (hook !== undefined) tasks.push(this.taken(hook));
    }
    for (const task of tasks) each(task);
  }

  /** Leaves the parts of a task that was taken before in the fields `taken…` again. */
  retake(task: Task): void {
    this.#open = undefined;
    this.takenData = task.data;
    this.takenAt = task.emittedAt;
    this.takenEnvelope = task.envelope;
  }

  /** Lets go of what `take` took last. */
  forgetTaken(): void {
    this.#open = undefined;
    this.takenData = undefined;
    this.takenEnvelope = undefined;
  }

  /** What `take` has just taken, as an object of its own. */
  taken(hook: Hook): Task {
    return {
      hook,
      data: this.takenData,
      emittedAt: this.takenAt,
      envelope: this.takenEnvelope,
    };
  }

  #grow(): Chunk {
    const chunk = this.#spare ?? new Chunk();
    this.#spare = undefined;
    const last = this.#tail;
    chunk.previous = last;
    if (last === undefined) {
      this.#head = chunk;
      this.#headIndex = 0;
      this.#cursor = 0;
    } else {
      last.next = chunk;
    }
    this.#tail = chunk;
    this.#tailIndex = 0;
    return chunk;
  }

  #dropHead(): void {
    const chunk = this.#head;
    if (chunk === undefined) return;
    const index = this.#headIndex;
    clear(chunk, index);
    this.#open = undefined;
    this.#cursor = 0;
    this.#headIndex = index + 1;
    if (chunk === this.#tail) {
      if (this.#headIndex === this.#tailIndex) {
        this.#headIndex = 0;
        this.#tailIndex = 0;
      }
    } else if (this.#headIndex === chunkSize) {
      const next = chunk.next;
      this.#head = next;
      if (next !== undefined) next.previous = undefined;
      this.#headIndex = 0;
      this.#keep(chunk);
    }
  }

  #dropTail(chunk: Chunk, index: number): void {
    clear(chunk, index);
    this.#tailIndex = index;
    if (index === 0 && chunk.previous !== undefined) {
      this.#tail = chunk.previous;
      this.#tail.next = undefined;
      this.#tailIndex = chunkSize;
      this.#keep(chunk);
    }
  }

  #keep(chunk: Chunk): void {
    chunk.next = undefined;
    chunk.previous = undefined;
    chunk.envelopes = undefined;
    this.#spare = chunk;
  }
}

function clear(chunk: Chunk, index: number): void {
  chunk.hooks[index] = undefined;
  chunk.data[index] = undefined;
  if (chunk.envelopes !== undefined) chunk.envelopes[index] = undefined;
}
