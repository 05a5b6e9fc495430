export interface AlertOptions {
  /** A score as high as this, either way, is unusual. */
  readonly raiseAt: number;
  /** Only a score as low as this is usual again; in between everything stays as it is. */
  readonly clearAt: number;
  /** How long every score must be usual before the alert ends, milliseconds. */
  readonly calmMs: number;
  /** A raised alert is repeated no sooner than this, milliseconds. */
  readonly repeatMs: number;
  /** Within `repeatMs` nobody is rung up more often, however often it comes and goes. */
  readonly mostRings: number;
}

type State =
  | { readonly name: 'calm' }
  | {
      readonly name: 'raised';
      /** Since when every score has been usual; undefined while one is not. */
      readonly calmSinceMs: number | undefined;
    };

/**
 * Whom to tell about a sensor, and when. **calm** turns **raised** with one unusual score;
 * **raised** turns calm when all scores have been usual for a while. Two thresholds keep a value
 * that trembles around one of them from ringing with every reading.
 */
export class Alert {
  readonly #options: AlertOptions;
  #state: State = { name: 'calm' };
  /** When it rang last, as many times as count. */
  #rings: readonly number[] = [];

  constructor(options: AlertOptions) {
    const { raiseAt, clearAt } = options;
    if (!(clearAt > 0 && clearAt < raiseAt)) {
      throw new RangeError(
        `clearAt is ${clearAt} with a raiseAt of ${raiseAt}: give a lower number above 0.`,
      );
    }
    this.#options = options;
  }

  get isRaised(): boolean {
    return this.#state.name === 'raised';
  }

  /** What is to be said because of this score, at this event time; undefined: nothing. */
  next(score: number, atMs: number): 'raise' | 'repeat' | 'clear' | undefined {
    const { raiseAt, clearAt, calmMs, repeatMs } = this.#options;
    const size = Math.abs(score);
    const state = this.#state;
    if (state.name === 'calm') {
      if (size < raiseAt) return undefined;
      this.#state = { name: 'raised', calmSinceMs: undefined };
      return this.#ring(atMs) ? 'raise' : undefined;
    }
    if (size > clearAt) {
      this.#state = { name: 'raised', calmSinceMs: undefined };
      const isDue = size >= raiseAt && atMs - (this.#rings.at(-1) ?? atMs) >= repeatMs;
      return isDue && this.#ring(atMs) ? 'repeat' : undefined;
    }
    const calmSinceMs = state.calmSinceMs ?? atMs;
    if (atMs - calmSinceMs >= calmMs) {
      this.#state = { name: 'calm' };
      return 'clear';
    }
    this.#state = { name: 'raised', calmSinceMs };
    return undefined;
  }

  /** Rings, unless it has rung as often as it may. */
  #ring(atMs: number): boolean {
    const { mostRings, repeatMs } = this.#options;
    const recent = this.#rings.filter((ringMs) => ringMs > atMs - repeatMs);
    if (recent.length >= mostRings) return false;
    this.#rings = [...recent, atMs];
    return true;
  }
}
