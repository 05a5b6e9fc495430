/** What machines have cost so far, each paid for from its order to the end of its last task. */
export interface Bill {
  started(): void;
  ended(): void;
  readonly costUsd: number;
}

export function createBill(elapsedMs: () => number, usdPerHour: number): Bill {
  let running = 0;
  let machineMs = 0;
  let countedAtMs = elapsedMs();

  function count(change: number): void {
    machineMs += running * (elapsedMs() - countedAtMs);
    countedAtMs = elapsedMs();
    running += change;
  }

  return {
    started: () => count(1),
    ended: () => count(-1),
    get costUsd() {
      count(0);
      return (machineMs / 3_600_000) * usdPerHour;
    },
  };
}
