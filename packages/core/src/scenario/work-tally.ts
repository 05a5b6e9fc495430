import type { Share } from './rules/index.ts';

/**
 * Work that was due and work that was done, each piece by the time at which it was due, so that a rule can
 * leave out what was due while a fault excused it.
 */
export class WorkTally implements Share {
  readonly #dueAtMs: number[] = [];
  readonly #doneAtMs: number[] = [];

  /** @param dueAtMs when the piece was due: the intended start, in ms since the start of the phase */
  wasDue(dueAtMs: number): void {
    this.#dueAtMs.push(dueAtMs);
  }

  /** @param dueAtMs when the piece was due, as said to {@link wasDue}; not when it was done */
  wasDone(dueAtMs: number): void {
    this.#doneAtMs.push(dueAtMs);
  }

  get due(): number {
    return this.#dueAtMs.length;
  }

  get done(): number {
    return this.#doneAtMs.length;
  }

  /** Of the pieces that were due at a time that is judged. */
  share({ isJudged }: { readonly isJudged: (atMs: number) => boolean }): Share {
    return {
      done: this.#doneAtMs.filter(isJudged).length,
      due: this.#dueAtMs.filter(isJudged).length,
    };
  }
}
