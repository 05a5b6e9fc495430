/** Where a log ends: how many entries it has, and the id of the last. */
export interface LogEnd {
  readonly sequence: number;
  readonly lastId: string;
}

export const emptyLog: LogEnd = { sequence: 0, lastId: '' };

/**
 * State machines in the memory of one process, by key. The log is the truth and the machine a cache
 * of it: one that does not stand exactly where the log ends (after a crash, or when what a step did
 * was not kept) is thrown away and made anew from the log. Entries and their effects have to be a
 * function of the log alone: no clock, no chance.
 */
export class ReplayCache<Machine, Entry> {
  readonly #open: () => Machine;
  readonly #replay: (machine: Machine, entry: Entry) => void;
  readonly #held = new Map<string, { readonly machine: Machine; end: LogEnd }>();

  /** @param open Makes a machine as it is before its first entry. */
  constructor(open: () => Machine, replay: (machine: Machine, entry: Entry) => void) {
    this.#open = open;
    this.#replay = replay;
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
    const held = this.#held.get(key);
    if (held?.end.sequence === end.sequence && held.end.lastId === end.lastId) return held.machine;
    const machine = this.#open();
    for (let number = 1; number <= end.sequence; number += 1) {
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

  /** The machine has taken one more entry; gives back where the log ends with it. */
  moved(key: string, end: LogEnd, id: string): LogEnd {
    const next = { sequence: end.sequence + 1, lastId: id };
    const held = this.#held.get(key);
    if (held) held.end = next;
    return next;
  }
}
