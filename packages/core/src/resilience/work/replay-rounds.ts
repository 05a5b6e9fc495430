import { type LongTimer, setLongTimer } from '../long-timer.ts';

export interface ReplayRoundsOptions {
  /** How often one letter of each key is tried; `undefined`: never by itself. */
  readonly everyMs: number | undefined;
  /** Replays the letters of the keys for which this is so, asked letter by letter. */
  readonly replay: (isChosen: (key: string) => boolean) => Promise<unknown>;
}

/**
 * Decides when dead letters are tried again. Now and then one of each key; when it gets through, or
 * anything else of its key does, all of that key. No timer is held while there are none.
 */
export class ReplayRounds {
  readonly #options: ReplayRoundsOptions;
  /** Letters of each key that are worth trying. */
  readonly #counts = new Map<string, number>();
  /** Keys all of whose letters are being tried. */
  readonly #inHand = new Set<string>();
  #timer: LongTimer | undefined;
  #isStopped = false;

  constructor(options: ReplayRoundsOptions) {
    this.#options = options;
  }

  died(key: string, isWorthTrying: boolean): void {
    if (isWorthTrying) this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    this.#arm();
  }

  left(key: string, wasWorthTrying: boolean): void {
    if (!wasWorthTrying) return;
    const letters = (this.#counts.get(key) ?? 0) - 1;
    if (letters > 0) this.#counts.set(key, letters);
    else this.#counts.delete(key);
  }

  /** The receiver of a key has taken something: its letters may get through as well. */
  answered(key: string): void {
    if (this.#isStopped || !this.#counts.has(key) || this.#inHand.has(key)) return;
    this.#inHand.add(key);
    void this.#options.replay((each) => each === key).finally(() => this.#inHand.delete(key));
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.clear();
  }

  #arm(): void {
    const { everyMs } = this.#options;
    if (everyMs === undefined || this.#timer !== undefined || this.#isStopped) return;
    if (this.#counts.size > 0) this.#timer = setLongTimer(() => void this.#round(), everyMs);
  }

  async #round(): Promise<void> {
    const tried = new Set<string>();
    await this.#options.replay((key) => {
      if (tried.has(key) || this.#inHand.has(key)) return false;
      tried.add(key);
      return true;
    });
    this.#timer = undefined;
    this.#arm();
  }
}
