import { type LongTimer, setLongTimer } from '../long-timer.ts';
import { DueQueue } from './due-queue.ts';

/** What is known of a key while it has anything to do. */
interface Line<Value> {
  readonly key: string;
  readonly parked: DueQueue<Value>;
  /** Given out by `next`, and not given back. */
  running: number;
  /** Whether it stands in the rotation. */
  isEnrolled: boolean;
  /** While set, nothing of the key is given out. */
  pause: LongTimer | undefined;
  /** One is given out to find out whether the receiver takes work again. */
  isProbing: boolean;
}

export interface KeyLinesOptions<Value> {
  readonly keyOf: (value: Value) => string;
  /** Of two of one key, the lower goes first. */
  readonly rankOf: (value: Value) => number;
  readonly perKey: number;
  /** A pause is over: `next` may give out again. */
  readonly onRelease: (key: string) => void;
}

/**
 * Work that is due: the keys take turns, so that a long line of one holds up no other, and so much at
 * once of each. A key whose receiver refuses is paused; afterwards one of it goes first, and the others
 * follow once that one was not refused.
 */
export class KeyLines<Value> {
  readonly #options: KeyLinesOptions<Value>;
  readonly #lines = new Map<string, Line<Value>>();
  /** Lines that have something to give out. */
  #rotation: Line<Value>[] = [];
  #head = 0;

  constructor(options: KeyLinesOptions<Value>) {
    this.#options = options;
  }

  add(value: Value): void {
    const line = this.#lineOf(this.#options.keyOf(value));
    line.parked.push(value, 0, this.#options.rankOf(value));
    this.#enroll(line);
  }

  /** The next to be worked on; give it back with `end` or `refuse`. */
  next(): Value | undefined {
    for (let line = this.#shift(); line !== undefined; line = this.#shift()) {
      line.isEnrolled = false;
      const value = line.running < this.#limit(line) ? line.parked.pop() : undefined;
      if (value === undefined) continue;
      line.running += 1;
      this.#enroll(line);
      return value;
    }
    return undefined;
  }

  /** One of this key is no longer worked on, whatever came of it. */
  end(key: string): void {
    const line = this.#lineOf(key);
    line.running -= 1;
    line.isProbing = false;
    this.#enroll(line);
    this.#forget(line);
  }

  /** The receiver took none: the value goes back to the head of its line, which waits. */
  refuse(value: Value, retryAfterMs: number): void {
    const line = this.#lineOf(this.#options.keyOf(value));
    line.running -= 1;
    line.parked.push(value, 0, this.#options.rankOf(value));
    // At least a millisecond, or a refusal without a time would be asked again at once, for ever.
    line.pause ??= setLongTimer(() => this.release(line.key), Math.max(1, retryAfterMs));
  }

  /** Ends the pause of a key, if it has one. */
  release(key: string): void {
    const line = this.#lines.get(key);
    if (line?.pause === undefined) return;
    line.pause.clear();
    line.pause = undefined;
    line.isProbing = true;
    this.#options.onRelease(key);
    this.#enroll(line);
    this.#forget(line);
  }

  /** Takes out those of a key, from the head of its line, for which this is so. */
  takeWhile(key: string, isTaken: (value: Value) => boolean): Value[] {
    const taken: Value[] = [];
    const { parked } = this.#lineOf(key);
    for (let first = parked.first; first !== undefined && isTaken(first); first = parked.first) {
      parked.pop();
      taken.push(first);
    }
    return taken;
  }

  /** Stops all timers. */
  stop(): void {
    for (const { pause } of this.#lines.values()) pause?.clear();
  }

  #limit({ pause, isProbing }: Line<Value>): number {
    if (pause !== undefined) return 0;
    return isProbing ? 1 : this.#options.perKey;
  }

  #enroll(line: Line<Value>): void {
    if (line.isEnrolled || line.parked.size === 0 || line.running >= this.#limit(line)) return;
    line.isEnrolled = true;
    this.#rotation.push(line);
  }

  #shift(): Line<Value> | undefined {
    const line = this.#rotation[this.#head];
    if (line === undefined) return undefined;
    this.#head += 1;
    if (this.#head * 2 > this.#rotation.length) {
      this.#rotation = this.#rotation.slice(this.#head);
      this.#head = 0;
    }
    return line;
  }

  #lineOf(key: string): Line<Value> {
    const known = this.#lines.get(key);
    if (known !== undefined) return known;
    const line: Line<Value> = {
      key,
      parked: new DueQueue<Value>(),
      running: 0,
      isEnrolled: false,
      pause: undefined,
      isProbing: false,
    };
    this.#lines.set(key, line);
    return line;
  }

  #forget(line: Line<Value>): void {
    const isIdle = line.running === 0 && line.parked.size === 0 && line.pause === undefined;
    if (isIdle && !line.isEnrolled) this.#lines.delete(line.key);
  }
}
