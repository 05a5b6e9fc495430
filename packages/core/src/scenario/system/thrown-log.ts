import type { Thrown } from '../thrown.ts';
import { placeOf } from './place-of.ts';

/** More kinds of error than anybody reads are counted under the last. */
const mostKinds = 50;

type Kept = { -readonly [Field in keyof Thrown]: Thrown[Field] };

/** Collects what an implementation throws: each kind once, with its count, place and first time. */
export class ThrownLog {
  readonly #elapsedMs: () => number;
  readonly #kinds = new Map<string, Kept>();
  #last: Kept | undefined;
  /** One error may come out in several places: it counts once. */
  readonly #seen = new WeakSet<object>();

  constructor(elapsedMs: () => number) {
    this.#elapsedMs = elapsedMs;
  }

  note(error: unknown, via: Thrown['via']): void {
    if (typeof error === 'object' && error !== null) {
      if (this.#seen.has(error)) return;
      this.#seen.add(error);
    }
    const { name, message } = describe(error);
    // In an incident the same error comes thousands of times in a row.
    if (this.#last?.name === name && this.#last.message === message) {
      this.#last.count += 1;
      return;
    }
    const kind = `${name} ${message.replaceAll(/\d+/g, '#')}`;
    const known = this.#kinds.get(kind);
    if (known !== undefined) {
      known.count += 1;
      this.#last = known;
      return;
    }
    if (this.#kinds.size >= mostKinds) return;
    this.#kinds.set(kind, {
      name,
      message,
      // Read of the first of each kind only: a stack is put into words when it is asked for.
      place: placeOf(error instanceof Error ? (error.stack ?? '') : ''),
      count: 1,
      firstAtMs: this.#elapsedMs(),
      via,
      isDefect: isDefect(error),
    });
  }

  /** Mistakes in the code first, then what happened most often. */
  list(): readonly Thrown[] {
    return [...this.#kinds.values()].toSorted(
      (a, b) =>
        Number(b.isDefect) - Number(a.isDefect) || b.count - a.count || a.firstAtMs - b.firstAtMs,
    );
  }
}

function describe(error: unknown): { readonly name: string; readonly message: string } {
  if (error instanceof Error) return { name: error.name, message: firstLine(error.message) };
  return { name: typeof error, message: firstLine(String(error)) };
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';

/** Whether an error is a mistake in the code, and no failure that the world can cause. */
export function isDefect(error: unknown): boolean {
  if (error instanceof TypeError) return true;
  if (error instanceof ReferenceError || error instanceof SyntaxError) return true;
  if (error instanceof RangeError) return true;
  return error instanceof Error && 'code' in error && error.code === 'INVALID_REQUEST';
}
