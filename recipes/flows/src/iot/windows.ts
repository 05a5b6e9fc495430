export interface WindowOptions {
  /** Length of a window, milliseconds. */
  readonly sizeMs: number;
  /** A window begins every so many milliseconds: as long as the size it tumbles, shorter it slides. */
  readonly everyMs: number;
  /** How long after the watermark has passed its end a window is still corrected, milliseconds. */
  readonly latenessMs: number;
}

export interface Aggregate {
  readonly key: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  /** 0 at first, and one more each time that late readings correct it: the highest one counts. */
  readonly revision: number;
}

interface Pane {
  readonly key: string;
  readonly startMs: number;
  count: number;
  sum: number;
  min: number;
  max: number;
  revision: number;
  /** Whether it holds what was not handed out yet. */
  changed: boolean;
}

/**
 * Windows over event time, for many keys. A window is handed out when the watermark passes its
 * end, and again, with a higher revision, when a late reading corrects it. What comes after the
 * lateness is refused and counted: a window that is gone cannot be corrected.
 */
export class Windows {
  readonly #options: WindowOptions;
  /** By start, then by key: what ends together is found together. */
  readonly #open = new Map<number, Map<string, Pane>>();
  #watermarkMs = -Infinity;

  constructor(options: WindowOptions) {
    const { sizeMs, everyMs, latenessMs } = options;
    if (!(Number.isSafeInteger(everyMs) && everyMs > 0 && sizeMs % everyMs === 0)) {
      throw new RangeError(
        `everyMs is ${everyMs} with a sizeMs of ${sizeMs}: give whole milliseconds that divide the size.`,
      );
    }
    if (!(latenessMs >= 0)) {
      throw new RangeError(`latenessMs is ${latenessMs}: give milliseconds, 0 or more.`);
    }
    this.#options = options;
  }

  /**
   * Says in how many windows the value counts. 0: all of them are gone; fewer than size / every:
   * some are.
   */
  add(key: string, eventMs: number, value: number): number {
    const { sizeMs, everyMs, latenessMs } = this.#options;
    const newest = Math.floor(eventMs / everyMs) * everyMs;
    let counted = 0;
    for (let startMs = newest; startMs > eventMs - sizeMs; startMs -= everyMs) {
      if (startMs + sizeMs + latenessMs <= this.#watermarkMs) break;
      const pane = this.#pane(startMs, key);
      pane.count += 1;
      pane.sum += value;
      if (value < pane.min) pane.min = value;
      if (value > pane.max) pane.max = value;
      pane.changed = true;
      counted += 1;
    }
    return counted;
  }

  /** Moves the watermark, and hands out what has ended or was corrected since, oldest first. */
  advance(watermarkMs: number): Aggregate[] {
    const { sizeMs, latenessMs } = this.#options;
    this.#watermarkMs = Math.max(this.#watermarkMs, watermarkMs);
    const out: Aggregate[] = [];
    for (const startMs of [...this.#open.keys()].toSorted((a, b) => a - b)) {
      const endMs = startMs + sizeMs;
      if (endMs > this.#watermarkMs) break;
      const panes = this.#open.get(startMs);
      for (const pane of panes?.values() ?? []) {
        if (!pane.changed) continue;
        const { key, count, sum, min, max, revision } = pane;
        out.push({ key, startMs, endMs, count, sum, min, max, revision });
        pane.changed = false;
        pane.revision += 1;
      }
      if (endMs + latenessMs <= this.#watermarkMs) this.#open.delete(startMs);
    }
    return out;
  }

  #pane(startMs: number, key: string): Pane {
    let panes = this.#open.get(startMs);
    if (!panes) {
      panes = new Map();
      this.#open.set(startMs, panes);
    }
    let pane = panes.get(key);
    if (!pane) {
      pane = {
        key,
        startMs,
        count: 0,
        sum: 0,
        min: Infinity,
        max: -Infinity,
        revision: 0,
        changed: false,
      };
      panes.set(key, pane);
    }
    return pane;
  }
}
