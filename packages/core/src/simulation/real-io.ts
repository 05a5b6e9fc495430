import process from 'node:process';

/** Kinds that are no input or output of the simulated program. */
const neverIo = ['Immediate', 'Timeout', 'TTYWrap', 'MessagePort'];

/** Every so many moves of time it is looked whether real input or output goes on; a look is 0.3 us. */
const movesBetweenLooks = 32;
/** Looks in a row that must find some: it lasts for milliseconds, and is no log line being written. */
const looksUntilPersistent = 64;

/** Notices real input and output that began after it was made. */
export class RealIoWatch {
  readonly #ignored: ReadonlySet<string>;
  readonly #before: ReadonlyMap<string, number>;
  #moves = 0;
  #looksInARow = 0;

  /** `ignored`: kinds as in `process.getActiveResourcesInfo()`. */
  constructor(ignored: readonly string[]) {
    this.#ignored = new Set([...neverIo, ...ignored]);
    // Node makes the streams when they are first asked for: they must not count as new later.
    void process.stdout;
    void process.stderr;
    this.#before = this.#count();
  }

  /** What goes on now and did not before: one entry for each resource, its kind. */
  current(): string[] {
    return [...this.#count()].flatMap(([kind, count]) =>
      Array.from({ length: Math.max(0, count - (this.#before.get(kind) ?? 0)) }, () => kind),
    );
  }

  /** To be called when time is about to move. True when input or output has gone on for long. */
  isPersistent(): boolean {
    this.#moves += 1;
    if (this.#moves % movesBetweenLooks !== 0) return false;
    this.#looksInARow = this.current().length > 0 ? this.#looksInARow + 1 : 0;
    return this.#looksInARow >= looksUntilPersistent;
  }

  #count(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const kind of process.getActiveResourcesInfo()) {
      if (!this.#ignored.has(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
    return counts;
  }
}
