// The longest delay of setTimeout; a longer one would fire at once.
const maxDelayMs = 2 ** 31 - 1;

/**
 * The one timer behind all limits. Tasks do not arm timers of their own (setting and clearing one
 * costs three times the task): they note a deadline, and the alarm is set for the earliest. When it
 * rings, whoever is due is looked up, and it is set again. Finishing before the deadline costs
 * nothing: the alarm then rings once for nobody.
 */
export class Alarm {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #at = Infinity;
  readonly #ring: () => void;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  /** Sees to it that the alarm rings at `at` at the latest. */
  setFor(at: number, now: number): void {
    if (at >= this.#at) return;
    this.clear();
    this.#at = at;
    // Rounded up: a timer that fires a fraction early would find nobody due.
    const delay = Math.min(maxDelayMs, Math.max(0, Math.ceil(at - now)));
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#at = Infinity;
      this.#ring();
    }, delay);
  }

  /** Forgets the timer, so that it keeps neither the process nor a simulation alive. */
  clear(): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#at = Infinity;
  }
}
