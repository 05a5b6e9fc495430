import type { Envelope } from './envelope.ts';
import type { Hook } from './hook.ts';

/** One waiting task, taken out on its own. */
export interface QueuedTask {
  readonly hook: Hook;
  readonly data: unknown;
  readonly emittedAt: number;
  readonly envelope: Envelope | undefined;
}

interface Entry extends Omit<QueuedTask, 'hook'> {
  readonly hooks: readonly Hook[];
}

// 512 emits make a chunk of 12 KB: small enough to start with, large enough that the objects of a
// chunk cost half a byte an emit.
const chunkSize = 512;
// Copied for each chunk: ten times as fast as making one from a length.
const blank: undefined[] = Array.from({ length: chunkSize });
// Starts with fractions, so that V8 keeps the times as plain doubles.
const blankTimes: number[] = Array.from({ length: chunkSize }, () => 0.5);

class Chunk {
  /** The position of its first entry, counted over all entries that the queue has ever held. */
  base = 0;
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
 * data, time), and a fourth only in chunks that hold an emit with an id, a cause or a context. The
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
  popNewest(each: (task: QueuedTask) => void): void {
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
  popOldest(each: (task: QueuedTask) => void): void {
    if (this.tasks === 0) return;
    const { hooks, ...emit } = this.#takeEntry();
    for (const hook of hooks) each({ hook, ...emit });
  }

  /** The position of the oldest entry. */
  get start(): number {
    return this.#head === undefined ? 0 : this.#head.base + this.#headIndex;
  }

  /** The position that the next entry will have. */
  get end(): number {
    return this.#tail === undefined ? 0 : this.#tail.base + this.#tailIndex;
  }

  /** Takes the tasks of some hooks out of every entry, calling back for each, the oldest first. */
  remove(gone: ReadonlySet<Hook>, each: (task: QueuedTask) => void): void {
    const removed: QueuedTask[] = [];
    const kept: Entry[] = [];
    // Emits share the arrays of their events, and are to share what is left of them.
    const remaining = new Map<readonly Hook[], readonly Hook[]>();
    while (this.tasks > 0) {
      const { hooks, ...emit } = this.#takeEntry();
      let left = remaining.get(hooks);
      if (left === undefined) {
        left = hooks.some((hook) => gone.has(hook))
          ? hooks.filter((hook) => !gone.has(hook))
          : hooks;
        remaining.set(hooks, left);
      }
      if (left.length > 0) kept.push({ hooks: left, ...emit });
      if (left === hooks) continue;
      for (const hook of hooks) if (gone.has(hook)) removed.push({ hook, ...emit });
    }
    for (const { hooks, data, emittedAt, envelope } of kept) {
      this.push(hooks, data, emittedAt, envelope);
    }
    for (const task of removed) each(task);
  }

  /** Takes the entry at the head, or what is left of it. */
  #takeEntry(): Entry {
    const hooks = this.#openHead() ?? [];
    const { takenData: data, takenAt: emittedAt, takenEnvelope: envelope } = this;
    const left = this.#cursor === 0 ? hooks : hooks.slice(this.#cursor);
    this.tasks -= left.length;
    this.#dropHead();
    return { hooks: left, data, emittedAt, envelope };
  }

  /** Lets go of what `take` took last. */
  forgetTaken(): void {
    this.#open = undefined;
    this.takenData = undefined;
    this.takenEnvelope = undefined;
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
      chunk.base = last.base + chunkSize;
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
        chunk.base += this.#headIndex;
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
