/** Machines that can be rented, and what they have cost so far. */
export interface Machines {
  /**
   * Orders a machine, and calls back when it has booted: the first ones have booted already. Each is
   * paid for from its order until what this returns is called.
   */
  rent(onReady: () => void): () => void;
  /** Machines that are paid for now. */
  readonly rented: number;
  /**
   * Machines that are paid for and that no work of the last five minutes explains: to be asked once a
   * second.
   *
   * @param work Work that was done so far, in ms of one worker.
   * @param mayNeedMore Whether what cannot be seen from outside (updates that hang) may hold workers.
   */
  spare(work: number, mayNeedMore: boolean): number;
  readonly costUsd: number;
}

export interface MachinesOptions {
  readonly elapsedMs: () => number;
  readonly bootMs: number;
  /** So many are booted, and wait for whoever rents them. */
  readonly booted: number;
  readonly usdPerHour: number;
  /** What one machine does at once. */
  readonly workers: number;
}

/** Work is looked at by the minute, and explains a machine for as long as `explainsMs`. */
const minuteMs = 60_000;
const explainsMs = 300_000;

/** Nobody can be told to have rented too much who has less than so many times the work of a minute. */
const roomFactor = 6;

interface Look {
  readonly atMs: number;
  readonly work: number;
  readonly rented: number;
  readonly inMinute: number;
}

export function createMachines(options: MachinesOptions): Machines {
  const { elapsedMs, bootMs, booted, usdPerHour, workers } = options;
  let rented = 0;
  let machineMs = 0;
  let countedAtMs = 0;
  const looks: Look[] = [];
  let unseenMs = -Infinity;

  function count(change: number): void {
    machineMs += rented * (elapsedMs() - countedAtMs);
    countedAtMs = elapsedMs();
    rented += change;
  }

  return {
    rent(onReady) {
      const isBooted = rented < booted;
      count(1);
      const boot = isBooted ? undefined : setTimeout(onReady, bootMs);
      let isRented = true;
      if (isBooted) onReady();
      return () => {
        if (!isRented) return;
        isRented = false;
        clearTimeout(boot);
        count(-1);
      };
    },
    spare(work, mayNeedMore) {
      const atMs = elapsedMs();
      if (mayNeedMore) unseenMs = atMs;
      const minuteAgo = looks.findLast((look) => look.atMs <= atMs - minuteMs);
      looks.push({ atMs, work, rented, inMinute: work - (minuteAgo?.work ?? 0) });
      while ((looks[0]?.atMs ?? atMs) < atMs - explainsMs - minuteMs) looks.shift();
      if (atMs < explainsMs + minuteMs || unseenMs > atMs - explainsMs) return 0;
      const most = Math.max(...looks.map(({ inMinute }) => inMinute));
      const explained = Math.ceil((roomFactor * most) / minuteMs / workers);
      // What was ordered in these minutes may be for work that is still to come.
      const recent = looks.filter((look) => look.atMs > atMs - explainsMs);
      const kept = Math.min(...recent.map((look) => look.rented));
      return Math.max(0, kept - Math.max(booted, explained));
    },
    get rented() {
      return rented;
    },
    get costUsd() {
      count(0);
      return (machineMs / 3_600_000) * usdPerHour;
    },
  };
}
