/** Machines that can be rented, and what they have cost so far. */
export interface Machines {
  /**
   * Orders a machine, and calls back when it has booted: the first ones have booted already. Each is
   * paid for from its order until what this returns is called.
   */
  rent(onReady: () => void): () => void;
  /** Machines that are paid for now. */
  readonly rented: number;
  readonly costUsd: number;
}

export interface MachinesOptions {
  readonly elapsedMs: () => number;
  readonly bootMs: number;
  /** So many are booted, and wait for whoever rents them. */
  readonly booted: number;
  readonly usdPerHour: number;
}

export function createMachines(options: MachinesOptions): Machines {
  const { elapsedMs, bootMs, booted, usdPerHour } = options;
  let rented = 0;
  let machineMs = 0;
  let countedAtMs = 0;

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
    get rented() {
      return rented;
    },
    get costUsd() {
      count(0);
      return (machineMs / 3_600_000) * usdPerHour;
    },
  };
}
