import { nextTurn, timeSource } from './turn.ts';

// The longest delay of setTimeout; a longer one would fire at once.
const maxDelayMs = 2 ** 31 - 1;

// A timer keeps whole milliseconds. What fires later than that has been kept waiting by others, for
// which one turn of the event loop makes up if it was short.
const preciseMs = 1;
const shortMs = 5;

// How long the event loop is given to catch up after it was blocked. Timers run before I/O: what was
// answered meanwhile has not been heard yet, and one answer takes several turns (a file is opened,
// read and closed; a response has a head and a body). As long as the alarm was late, but at least
// this long, or a file is not read through on a busy machine; and at most a second, or a laptop that
// wakes from its sleep would wait as long as it slept.
const minCatchUpMs = 25;
const maxCatchUpMs = 1_000;

/**
 * The one timer behind all limits. Tasks do not arm timers of their own (setting and clearing one
 * costs three times the task): they note a deadline, and the alarm is set for the earliest. When it
 * rings, whoever is due is looked up, and it is set again. Finishing before the deadline costs
 * nothing: the alarm then rings once for nobody.
 *
 * When the event loop was blocked, it rings only after the loop has caught up, so that an answer
 * that has arrived in time is heard before its limit.
 */
export class Alarm {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #at = Infinity;
  #setBy: unknown;
  /** Which setting a callback belongs to. */
  #setting = 0;
  #ring: () => void = () => undefined;

  /** Says what happens when it rings. */
  onRing(ring: () => void): void {
    this.#ring = ring;
  }

  /** Sees to it that the alarm rings at `at` at the latest. */
  setFor(at: number): void {
    const source = timeSource();
    // Set by a simulation that has ended, it would never ring.
    if (at >= this.#at && this.#setBy === source) return;
    this.clear();
    this.#at = at;
    this.#setBy = source;
    // Rounded up: a timer that fires a fraction early would find nobody due.
    const delay = Math.ceil(at - performance.now());
    const setting = this.#setting;
    this.#wait(Math.min(maxDelayMs, Math.max(0, delay)), () => {
      const lateMs = performance.now() - at;
      if (lateMs <= preciseMs) this.#ringFor(setting);
      else if (lateMs <= shortMs) nextTurn(() => this.#ringFor(setting));
      else this.#wait(catchUpMs(lateMs), () => this.#ringFor(setting));
    });
  }

  /** Forgets the timer, so that it keeps neither the process nor a simulation alive. */
  clear(): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#at = Infinity;
    this.#setting++;
  }

  #wait(delayMs: number, then: () => void): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      then();
    }, delayMs);
  }

  #ringFor(setting: number): void {
    if (setting !== this.#setting) return;
    this.#at = Infinity;
    this.#ring();
  }
}

function catchUpMs(lateMs: number): number {
  return Math.min(maxCatchUpMs, Math.max(minCatchUpMs, lateMs));
}
