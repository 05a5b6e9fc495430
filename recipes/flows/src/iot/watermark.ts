export interface WatermarkOptions {
  /** How much later than a newer one a reading of the same source may come, milliseconds. */
  readonly disorderMs: number;
  /** A source that is silent for so long holds nobody up any more, milliseconds. */
  readonly idleMs: number;
}

interface Source {
  newestMs: number;
  heardAtMs: number;
}

/**
 * How far event time has come: no reading older than the watermark is expected any more. It is
 * the minimum over the sources, so that a slow one is waited for, and it never goes back.
 */
export class Watermark {
  readonly #options: WatermarkOptions;
  readonly #sources = new Map<string, Source>();
  #currentMs = -Infinity;

  constructor(options: WatermarkOptions) {
    for (const [name, value] of Object.entries(options)) {
      if (!Number.isFinite(value) || value < 0) {
        throw new RangeError(`${name} is ${value}: give milliseconds, 0 or more.`);
      }
    }
    this.#options = options;
  }

  /** Notes a reading's event time and when it came. */
  observe(source: string, eventMs: number, nowMs: number): void {
    const known = this.#sources.get(source);
    if (!known) this.#sources.set(source, { newestMs: eventMs, heardAtMs: nowMs });
    else {
      known.newestMs = Math.max(known.newestMs, eventMs);
      known.heardAtMs = nowMs;
    }
  }

  /** The watermark now, event time in milliseconds; minus infinity before the first reading. */
  advance(nowMs: number): number {
    const { disorderMs, idleMs } = this.#options;
    let slowest = Infinity;
    for (const { newestMs, heardAtMs } of this.#sources.values()) {
      if (nowMs - heardAtMs < idleMs) slowest = Math.min(slowest, newestMs);
    }
    // All are silent: time stands still, because whoever comes back brings its backlog.
    if (slowest !== Infinity) this.#currentMs = Math.max(this.#currentMs, slowest - disorderMs);
    return this.#currentMs;
  }
}
