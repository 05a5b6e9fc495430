/** Where a log ends: how many entries it has, and the mark of the last. */
export interface LogEnd {
  readonly sequence: number;
  readonly lastMark: string;
}

export const emptyLog: LogEnd = { sequence: 0, lastMark: '' };

/**
 * State machines in the memory of one process, by key. The log is the truth and the machine a cache
 * of it. One that stands where the log once ended (another process has gone on) catches up; one that
 * has taken what was not kept, or is not there any more, is made anew from the log. Entries and their effects have to be a
 * function of the log alone: no clock, no chance.
 */
export class ReplayCache<Machine, Entry> {
  readonly #open: () => Machine;
  readonly #replay: (machine: Machine, entry: Entry) => void;
  readonly #markOf: (entry: Entry) => string;
  readonly #held = new Map<string, { readonly machine: Machine; end: LogEnd }>();

  /**
   * @param open Makes a machine as it is before its first entry.
   * @param markOf Tells entries of a log apart: two with one mark do the same to a machine.
   */
  constructor(
    open: () => Machine,
    replay: (machine: Machine, entry: Entry) => void,
    markOf: (entry: Entry) => string,
  ) {
    this.#open = open;
    this.#replay = replay;
    this.#markOf = markOf;
  }

  /** The machine, if it stands at the end of the log already: nothing has to be waited for. */
  ready(key: string, end: LogEnd): Machine | undefined {
    const held = this.#held.get(key);
    const isThere = held?.end.sequence === end.sequence && held.end.lastMark === end.lastMark;
    return isThere ? held.machine : undefined;
  }

  /**
   * The machine as it stands at the end of the log. Whoever changes it says so with `moved`.
   *
   * @param read The entry of a sequence number, from 1.
   * @throws Error when the log has a hole.
   */
  async at(
    key: string,
    end: LogEnd,
    read: (sequence: number) => Promise<Entry | undefined>,
  ): Promise<Machine> {
    const ready = this.ready(key, end);
    if (ready !== undefined) return ready;
    const held = this.#held.get(key);
    const isBehind = held !== undefined && (await this.#isBehind(held.end, end, read));
    const machine = isBehind ? held.machine : this.#open();
    // While it is on its way, it stands nowhere.
    this.#held.delete(key);
    const from = isBehind ? held.end.sequence : 0;
    for (let number = from + 1; number <= end.sequence; number += 1) {
      const entry = await read(number);
      if (entry === undefined) {
        throw new Error(
          `Failed to rebuild ${key}: entry ${number} of ${end.sequence} is missing in the log. Restore the log.`,
        );
      }
      this.#replay(machine, entry);
    }
    this.#held.set(key, { machine, end });
    return machine;
  }

  async #isBehind(
    { sequence, lastMark }: LogEnd,
    end: LogEnd,
    read: (sequence: number) => Promise<Entry | undefined>,
  ): Promise<boolean> {
    if (sequence === 0 || sequence >= end.sequence) return sequence === 0;
    const entry = await read(sequence);
    return entry !== undefined && this.#markOf(entry) === lastMark;
  }

  /** The machine has taken one more entry; gives back where the log ends with it. */
  moved(key: string, end: LogEnd, entry: Entry): LogEnd {
    const next = { sequence: end.sequence + 1, lastMark: this.#markOf(entry) };
    const held = this.#held.get(key);
    if (held) held.end = next;
    return next;
  }
}
